import { accountSizes } from './account-sizes.ts';
import { createDocumentNames, GUARANTEED_NAMES, type NamedDocument } from './document-names.ts';
import { createDraw, createPermutation, pick } from './draw.ts';
import { extensionAt, MEASURED } from './org-shape.ts';
import { accountIdAt, documentIdAt, folderIdAt } from './record-ids.ts';
import type { DocumentRecord, PopulationEntry, SourceKind, SourceObject } from './records.ts';
import type { ObjectPlace, SourceObjects } from './source-objects.ts';
import { createSources, SMALLEST_WITH_EVERY_KIND } from './sources.ts';
import { createTimeline } from './timeline.ts';

/** Every record of a population by its index, made when asked for. */
export type Entries = {
  readonly accounts: number;
  readonly folders: number;
  /**
   * The document with this index. Those from `documents` on are not part of the population yet: they have an ordinary
   * source, and were created at `created` (milliseconds since 1970) when that is given.
   */
  entry(index: number, created?: number): PopulationEntry;
  folder(index: number): DocumentRecord;
  /** An object that takes the place of a document's own: under a new key, or under the same with new content. */
  successor(index: number, how: 'new-key' | 'same-key', changed: number): SourceObject;
};

export type EntriesOptions = {
  readonly seed: number;
  readonly documents: number;
  readonly until: Date;
  readonly objects: SourceObjects;
};

/** Where the numbers of successors begin: beyond every index. */
const SUCCESSORS = 2 ** 28;
const SHARE_WITHOUT_ACCOUNT = 0.005;

/**
 * A document has an index (its turn in time, and its id) and a place (its position when documents are sorted by account,
 * the largest first), each computed from the other's number alone. The place decides what the document is.
 */
export function createEntries({ seed, documents, until, objects }: EntriesOptions): Entries {
  const places = createPermutation(seed, 'place', documents);
  const strata = createPermutation(seed, 'extension', documents);
  const sizes = accountSizes(documents);
  const accountOrder = createPermutation(seed, 'account', sizes.accounts);
  const sources = createSources(seed, documents);
  const timeline = createTimeline(seed, until);
  const nameOf = createDocumentNames(seed);
  const draw = createDraw(seed, 'record');
  const folders = Math.round(documents * MEASURED.foldersPerDocument);

  const createdAt = (index: number) => timeline.createdAt(((index % documents) + 0.5) / documents, index);
  /** Documents are about the year before, or the year in which they came. */
  const yearOf = (place: number) => {
    const created = new Date(createdAt(inPopulation(place) ? places.from(place) : place));
    return created.getUTCFullYear() - (draw(place, 0) < 0.7 ? 1 : 0);
  };
  const inPopulation = (place: number) => place < documents;
  const accountIdOf = (place: number) => {
    const within = inPopulation(place) ? place : Math.floor(draw(place, 9) * documents);
    return accountIdAt(accountOrder.to(sizes.rankOf(within)));
  };
  const extensionOf = (place: number) =>
    extensionAt(inPopulation(place) ? (strata.to(place) + 0.5) / documents : draw(place, 8));
  const nameAt = (place: number, extension: string): NamedDocument =>
    nameOf({
      place,
      extension,
      guaranteed: documents >= SMALLEST_WITH_EVERY_KIND ? GUARANTEED_NAMES[place] : undefined,
      year: yearOf(place),
    });
  const sourceAt = (place: number): { kind: SourceKind; origin: number; named: NamedDocument } => {
    if (!inPopulation(place)) return { kind: 'present', origin: place, named: nameAt(place, extensionOf(place)) };
    const kind = sources.kindOf(place);
    const origin = sources.originOf(place);
    const original = nameAt(origin, extensionOf(origin));
    return { kind, origin, named: kind === 'shared' ? nameAt(place, original.type) : original };
  };
  const folderFor = (place: number) => {
    if (folders === 0 || !inPopulation(place) || draw(place, 1) > 0.7) return null;
    const folder = Math.floor((place * folders) / documents);
    return accountIdOf(folderPlace(folder)) === accountIdOf(place) ? folderIdAt(folder) : null;
  };
  const folderPlace = (folder: number) => Math.floor((folder * documents) / folders);

  return {
    accounts: sizes.accounts,
    folders,
    entry(index, created = createdAt(index)) {
      const place = index < documents ? places.to(index) : index;
      const { kind, origin, named } = sourceAt(place);
      const identifier = objects.identifier(kind === 'shared' || kind === 'clone' ? origin : place);
      const changed = Math.max(created, index < documents ? timeline.changedAt(created, index) : created);
      const withoutAccount = place >= GUARANTEED_NAMES.length && draw(place, 2) < SHARE_WITHOUT_ACCOUNT;
      const document: DocumentRecord = {
        Id: documentIdAt(index),
        Name: named.name,
        Document__c: kind === 'no-url' ? null : objects.url(identifier),
        Account__c: withoutAccount ? null : accountIdOf(place),
        Identifier__c: kind === 'no-url' ? null : identifier,
        DocType__c: pick(DOC_TYPES, draw(place, 3)),
        Type_Current__c: 'Document',
        Type_Original__c: 'Document',
        Parent_Folder__c: withoutAccount ? null : folderFor(place),
        ApplicableYear__c: draw(place, 4) < 0.8 ? String(yearOf(place)) : null,
        PageCount__c: named.type === '.pdf' ? 1 + Math.floor(draw(place, 5) ** 3 * 120) : null,
        Source__c: pick(ORIGINS, draw(place, 6)),
        Visibility__c: draw(place, 7) < 0.85 ? 'Client' : 'Internal',
        ClientName__c: null,
        ...times(created, changed),
      };
      const owned: ObjectPlace = { identifier, content: origin, kind, type: named.type, lastModified: created };
      const object = OWNS_OBJECT[kind] ? objects.object(owned) : undefined;
      return { document, name: named.kind, source: kind, object };
    },
    folder(index) {
      const created = createdAt(Math.floor((index * documents) / folders));
      return {
        Id: folderIdAt(index),
        Name: pick(FOLDER_NAMES, draw(index, 10)),
        Document__c: null,
        Account__c: accountIdOf(folderPlace(index)),
        Identifier__c: null,
        DocType__c: null,
        Type_Current__c: 'Folder',
        Type_Original__c: 'Folder',
        Parent_Folder__c: null,
        ApplicableYear__c: null,
        PageCount__c: null,
        Source__c: pick(ORIGINS, draw(index, 11)),
        Visibility__c: 'Client',
        ClientName__c: null,
        ...times(created, created),
      };
    },
    successor(index, how, changed) {
      const place = places.to(index);
      const { kind, named } = sourceAt(place);
      const content = SUCCESSORS + place;
      const identifier = objects.identifier(how === 'same-key' ? place : content);
      return objects.object({ identifier, content, kind, type: named.type, lastModified: changed });
    },
  };
}

const OWNS_OBJECT: Readonly<Record<SourceKind, boolean>> = {
  present: true,
  large: true,
  empty: true,
  duplicate: true,
  archived: true,
  denied: true,
  shared: false,
  clone: false,
  missing: false,
  'no-url': false,
};

function times(created: number, changed: number) {
  const modified = new Date(changed).toISOString();
  return { CreatedDate: new Date(created).toISOString(), LastModifiedDate: modified, SystemModstamp: modified };
}

const DOC_TYPES = ['Tax Return', 'Tax Document', 'Bookkeeping', 'Payroll', 'Legal', 'Correspondence', 'Other'];
const ORIGINS = ['Portal', 'Email', 'Scanner', 'Import', 'Desktop'];
const FOLDER_NAMES = ['Tax Returns', 'Bookkeeping', 'Payroll', 'Legal', '2022', '2023', '2024', 'Misc / To sort'];
