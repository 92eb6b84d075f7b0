import { createHash } from 'node:crypto';
import { canonicalId } from './objects/record-id.ts';
import { documentField } from './objects/document.ts';
import type { ObjectMeta } from './objects/schema.ts';
import type { Org } from './org.ts';
import { toJson, type RecordInput, type Row } from './store/field-values.ts';

type Records = Iterable<RecordInput> | AsyncIterable<RecordInput>;

/**
 * The records, past the API: no permission, rule or limit is asked, no fault strikes. Document fields go by the names
 * of the measured org (`Document__c`) or by this org's own; answers use this org's own.
 */
export class RecordAccess {
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  /** Stores many accounts; ids are made where none are given. Returns how many. */
  insertAccounts(accounts: Records): Promise<number> {
    return this.insert('Account', accounts);
  }

  /** Stores many documents. */
  insertDocuments(documents: Records): Promise<number> {
    return this.#org.store.insertAll(this.#org.documents, this.#renamed(documents), this.#org.firstUser);
  }

  /** Stores many records of any object, by its own field names. */
  insert(object: string, records: Records): Promise<number> {
    return this.#org.store.insertAll(this.#org.schema.get(object), records, this.#org.firstUser);
  }

  /** Stores one record of any object and returns its id. */
  insertOne(object: string, record: RecordInput): string {
    const meta = this.#org.schema.get(object);
    const fields = meta === this.#org.documents ? this.#rename(record) : record;
    return this.#org.store.insert(meta, fields, this.#org.firstUser);
  }

  /** A file linked to a record, as Salesforce Files keep it. Returns the ids made. */
  attachFile(recordId: string, name: string, content: Buffer): { versionId: string; documentId: string } {
    const { store, schema, firstUser } = this.#org;
    const extension = /\.(\w+)$/.exec(name)?.[1];
    const title = name.replace(/\.\w+$/, '');
    return store.transaction(() => {
      const file = {
        Title: title,
        FileExtension: extension,
        FileType: extension?.toUpperCase(),
        ContentSize: content.length,
      };
      const documentId = store.insert(schema.get('ContentDocument'), file, firstUser);
      const version = {
        ...file,
        PathOnClient: name,
        VersionNumber: '1',
        // as Salesforce does: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentversion.htm
        Checksum: createHash('md5').update(content).digest('hex'),
        IsLatest: true,
        ContentDocumentId: documentId,
        VersionData: content,
      };
      const versionId = store.insert(schema.get('ContentVersion'), version, firstUser);
      store.update(schema.get('ContentDocument'), documentId, { LatestPublishedVersionId: versionId }, firstUser);
      store.insert(
        schema.get('ContentDocumentLink'),
        { ContentDocumentId: documentId, LinkedEntityId: recordId },
        firstUser,
      );
      return { versionId, documentId };
    });
  }

  /** Changes a record as a user would, dates included. Returns whether it is there. */
  update(id: string, fields: RecordInput, byUser?: string): boolean {
    const meta = this.#objectOf(id);
    const user = byUser === undefined ? this.#org.firstUser : this.#org.user(byUser);
    return this.#org.write(meta, id, meta === this.#org.documents ? this.#rename(fields) : fields, user);
  }

  /** Into the recycle bin. */
  softDelete(id: string): boolean {
    return this.#org.store.setDeleted(this.#objectOf(id), canonicalId(id) ?? id, true, this.#org.firstUser);
  }

  /** Out of the recycle bin. */
  undelete(id: string): boolean {
    return this.#org.store.setDeleted(this.#objectOf(id), canonicalId(id) ?? id, false, this.#org.firstUser);
  }

  /** Gone for good: not even `queryAll` sees it. */
  hardDelete(id: string): boolean {
    return this.#org.store.erase(this.#objectOf(id), canonicalId(id) ?? id);
  }

  /** Lets a user see a record that is not theirs. */
  share(id: string, username: string): void {
    this.#org.store.share(canonicalId(id) ?? id, this.#org.user(username).id);
  }

  unshare(id: string, username: string): void {
    this.#org.store.unshare(canonicalId(id) ?? id, this.#org.user(username).id);
  }

  /** The record as REST would show it to somebody who sees everything; undefined when it is gone for good. */
  read(id: string): Record<string, unknown> | undefined {
    const meta = this.#objectOf(id);
    const row = this.#org.store.get(meta, canonicalId(id) ?? id);
    return row && asJson(meta, row);
  }

  /** All documents in the order of their making; those in the recycle bin only when asked. */
  *allDocuments(includeDeleted = false): Generator<Record<string, unknown>> {
    yield* this.all(this.#org.documents.name, includeDeleted);
  }

  /** All records of an object. */
  *all(object: string, includeDeleted = false): Generator<Record<string, unknown>> {
    const meta = this.#org.schema.get(object);
    for (const row of this.#org.store.iterate(meta, includeDeleted)) yield asJson(meta, row);
  }

  /** Records outside of the recycle bin. */
  count(object: string): number {
    return this.#org.store.count(this.#org.schema.get(object));
  }

  #objectOf(id: string): ObjectMeta {
    const meta = this.#org.schema.byKeyPrefix(id);
    if (!meta) throw new Error(`No object of the stand-in org has ids like ${id}.`);
    return meta;
  }

  async *#renamed(records: Records): AsyncGenerator<RecordInput> {
    for await (const record of records) yield this.#rename(record);
  }

  #rename(record: RecordInput): RecordInput {
    const names = this.#org.options.names;
    if (!names) return record;
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [documentField(names, name), value]));
  }
}

function asJson(meta: ObjectMeta, row: Row): Record<string, unknown> {
  return Object.fromEntries(meta.fields.map((field) => [field.name, toJson(field, row[field.name] ?? null)]));
}
