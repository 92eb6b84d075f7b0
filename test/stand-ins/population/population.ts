import { createAccountNames } from './account-names.ts';
import { planChanges, type Changes, type ChangesOptions } from './changes.ts';
import { createEntries, type Entries } from './entries.ts';
import { accountIdAt } from './record-ids.ts';
import type {
  AccountRecord,
  DocumentRecord,
  NameKind,
  PopulationEntry,
  PopulationOptions,
  PopulationSummary,
  SourceKind,
  SourceObject,
} from './records.ts';
import { createSourceObjects } from './source-objects.ts';

/** What an org and its vendor's bucket hold. Everything is made while it is read, and may be read again and again. */
export type Population = {
  readonly options: Required<PopulationOptions>;
  accounts(): Iterable<AccountRecord>;
  folders(): Iterable<DocumentRecord>;
  /** As many as were asked for, in the order of their creation. */
  documents(): Iterable<DocumentRecord>;
  /** The vendor's objects: fewer than documents, because some records share one and some have none. */
  objects(): Iterable<SourceObject>;
  /** Documents with their objects and what is special about them. */
  entries(): Iterable<PopulationEntry>;
  /** Documents that lie in the org's recycle bin from the start; their objects still exist. On top of `documents`. */
  recycled(): Iterable<PopulationEntry>;
  /** What happens in this org on another day. */
  changes(options?: ChangesOptions): Changes;
  /** Counts over all entries: reads them once. */
  summary(): PopulationSummary;
};

const MOST_DOCUMENTS = 5_000_000;

/**
 * A population with the measured shape of a real org, from a seed.
 * @throws RangeError when the number of documents or the sizes make no sense
 */
export function population(options: PopulationOptions): Population {
  const all: Required<PopulationOptions> = {
    seed: 1,
    sizes: 'measured',
    vendorBucket: 'vendor-documents',
    tenant: 'acme',
    until: new Date('2026-10-31T23:00:00Z'),
    ...options,
  };
  const { seed, documents } = all;
  if (!Number.isSafeInteger(documents) || documents < 1 || documents > MOST_DOCUMENTS) {
    throw new RangeError(`A population has 1 to ${MOST_DOCUMENTS} documents, not ${documents}.`);
  }
  const made = createEntries({ seed, documents, until: all.until, objects: createSourceObjects(all) });
  const accountName = createAccountNames(seed);
  const recycled = Math.max(2, Math.round(documents * 0.002));
  const entries = () => counted(0, documents, (index) => made.entry(index));

  return {
    options: all,
    accounts: () => counted(0, made.accounts, (index) => ({ Id: accountIdAt(index), Name: accountName(index) })),
    folders: () => counted(0, made.folders, (index) => made.folder(index)),
    documents: () => counted(0, documents, (index) => made.entry(index).document),
    *objects() {
      for (const { object } of entries()) if (object !== undefined) yield object;
    },
    entries,
    recycled: () => counted(documents, documents + recycled, (index) => made.entry(index)),
    changes: (wanted = {}) => planChanges(made, { seed, until: all.until, documents, recycled }, wanted),
    summary: () => summarize(made, entries()),
  };
}

/** An iterable over makeable things that can be walked any number of times. */
function counted<T>(from: number, to: number, make: (index: number) => T): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (let index = from; index < to; index++) yield make(index);
    },
  };
}

function summarize({ accounts, folders }: Entries, entries: Iterable<PopulationEntry>): PopulationSummary {
  const names: Record<NameKind, number> = {
    plain: 0,
    'no-extension': 0,
    'trailing-dot': 0,
    'slashes-and-colons': 0,
    repeated: 0,
    punctuation: 0,
    accents: 0,
    cjk: 0,
    emoji: 0,
    composed: 0,
    decomposed: 0,
    'outer-spaces': 0,
    'exactly-80': 0,
    'upper-case-extension': 0,
    'words-after-extension': 0,
    'date-as-extension': 0,
    'partial-download': 0,
  };
  const sources: Record<SourceKind, number> = {
    present: 0,
    large: 0,
    empty: 0,
    duplicate: 0,
    shared: 0,
    clone: 0,
    archived: 0,
    denied: 0,
    missing: 0,
    'no-url': 0,
  };
  let documents = 0;
  let objects = 0;
  let bytes = 0;
  for (const { name, source, object } of entries) {
    documents += 1;
    names[name] += 1;
    sources[source] += 1;
    if (object === undefined) continue;
    objects += 1;
    bytes += object.size;
  }
  return { accounts, documents, folders, objects, bytes, names, sources };
}
