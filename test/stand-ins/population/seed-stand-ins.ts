import type { ObjectStore } from '../object-store/server.ts';
import type { SalesforceOrg } from '../salesforce-org/index.ts';
import type { Changes } from './changes.ts';
import type { Population } from './population.ts';
import type { SourceObject } from './records.ts';

/** The running stand-ins that a population is poured into; only what is given is filled. */
export type StandIns = {
  readonly org?: SalesforceOrg;
  readonly store?: ObjectStore;
};

/**
 * Fills the org with accounts, folders and documents (some of them in the recycle bin) and the store with the vendor's
 * bucket and objects. The vendor API needs nothing: it asks the store. Records and objects are handed on one by one;
 * the store keeps facts about its objects, not their bytes.
 */
export async function seedStandIns(made: Population, { org, store }: StandIns): Promise<void> {
  if (store !== undefined) {
    store.createBucket({ name: made.options.vendorBucket, region: store.region });
    await inTurns(made.objects(), (object) => seedObject(store, object));
    await inTurns(made.recycled(), ({ object }) => object && seedObject(store, object));
  }
  if (org !== undefined) {
    const { records } = org;
    await records.insertAccounts(made.accounts());
    await records.insertDocuments(made.folders());
    await records.insertDocuments(made.documents());
    const recycled = [...made.recycled()].map(({ document }) => document);
    await records.insertDocuments(recycled);
    await inTurns(recycled, ({ Id }) => records.softDelete(Id));
  }
}

/** Lets a day of changes happen. Objects come before the records that lead to them. */
export async function applyChanges(changes: Changes, { org, store }: StandIns): Promise<void> {
  const { added, replaced, overwritten, deleted, undeleted } = changes;
  if (store !== undefined) {
    await inTurns([...added, ...replaced, ...overwritten], ({ object }) => object && seedObject(store, object));
  }
  if (org !== undefined) {
    const { records } = org;
    await records.insertDocuments(added.map(({ document }) => document));
    await inTurns(replaced, ({ document, Document__c, Identifier__c }) =>
      records.update(document, { Document__c, Identifier__c }),
    );
    await inTurns(deleted, ({ document, how }) =>
      how === 'purged' ? records.hardDelete(document) : records.softDelete(document),
    );
    await inTurns(undeleted, (document) => records.undelete(document));
  }
}

function seedObject(store: ObjectStore, object: SourceObject): void {
  const { bucket, key, bytes, contentType, storageClass, lastModified, access, partBytes, checksum } = object;
  store.seed(bucket, key, {
    generate: bytes,
    contentType,
    storageClass,
    lastModified,
    checksum: checksum ?? 'none',
    denied: access === 'denied',
    ...(partBytes === null ? {} : { partBytes }),
  });
}

const AT_ONCE = 200;

/** Leaves the event loop air: the servers that are being filled may be answering already. */
async function inTurns<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    if (++done % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
