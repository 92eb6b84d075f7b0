import type { DocumentId } from '@file-migration/config';
import { createPermutation, type Permutation } from './draw.ts';
import type { Entries } from './entries.ts';
import type { PopulationEntry, SourceObject } from './records.ts';

export type ChangesOptions = {
  /** 1 to 10, default 1. No document that existed before is touched on two days (from 100 documents on). */
  readonly day?: number;
  /** The share of documents that something happens to, up to 0.05. Default 0.03; everything happens at least once. */
  readonly share?: number;
  /** When it happens. Default: so many days after the population's `until`. */
  readonly at?: Date;
};

/** What happens in an org between two backups. No document occurs twice. */
export type Changes = {
  /** New documents with their objects. */
  readonly added: readonly PopulationEntry[];
  /** A user replaced the file: the record's URL leads to a new object, the old object stays. */
  readonly replaced: readonly Replacement[];
  /** The vendor wrote new content under an old key: no record shows it. */
  readonly overwritten: readonly { readonly document: DocumentId; readonly object: SourceObject }[];
  /** `recycle-bin` can be seen by queryAll, `purged` is gone without a trace. */
  readonly deleted: readonly { readonly document: DocumentId; readonly how: 'recycle-bin' | 'purged' }[];
  /** Brought back from the recycle bin, in which they lay from the start. */
  readonly undeleted: readonly DocumentId[];
};

export type Replacement = {
  readonly document: DocumentId;
  readonly Document__c: string;
  readonly Identifier__c: string;
  readonly object: SourceObject;
};

type Known = { readonly seed: number; readonly until: Date; readonly documents: number; readonly recycled: number };

const DAY = 86_400_000;

/** How the share of changed documents splits. */
const SPLIT = { added: 0.55, replaced: 0.2, overwritten: 0.05, recycled: 0.12, purged: 0.08 };

/** Each day works on its own tenth of the documents. */
const DAYS = 10;

/** Plans a day of changes over a population. @throws RangeError when day or share are out of bounds */
export function planChanges(
  entries: Entries,
  { seed, until, documents, recycled }: Known,
  options: ChangesOptions,
): Changes {
  const { day = 1, share = 0.03, at = new Date(until.getTime() + day * DAY) } = options;
  if (!(Number.isInteger(day) && day >= 1 && day <= DAYS)) throw new RangeError(`Day must be 1 to 10, not ${day}.`);
  if (!(share >= 0 && share <= 0.05)) throw new RangeError(`The share of changes must be 0 to 0.05, not ${share}.`);
  const howMany = (part: number) => Math.max(1, Math.round(documents * share * part));
  const untouched = ordinary(entries, createPermutation(seed, 'changes', documents), {
    from: Math.ceil((documents * (day - 1)) / DAYS),
    to: documents,
  });
  const firstNew = documents + recycled + (day - 1) * documents;
  const firstUndeleted = (day - 1) * Math.ceil(recycled / DAYS);
  const undeleted = Math.max(0, Math.min(Math.ceil(recycled / DAYS), recycled - firstUndeleted));
  const when = (nth: number, of: number) => at.getTime() + Math.floor((nth * 3_600_000) / of);

  return {
    added: times(howMany(SPLIT.added), (nth, of) => entries.entry(firstNew + nth, when(nth, of))),
    replaced: take(untouched, howMany(SPLIT.replaced)).map(({ index, document }, nth, all) => {
      const object = entries.successor(index, 'new-key', when(nth, all.length));
      const url = (document.Document__c ?? '').replace(/[^/]+$/, object.identifier);
      return { document: document.Id, Document__c: url, Identifier__c: object.identifier, object };
    }),
    overwritten: take(untouched, howMany(SPLIT.overwritten)).map(({ index, document }, nth, all) => ({
      document: document.Id,
      object: entries.successor(index, 'same-key', when(nth, all.length)),
    })),
    deleted: [
      ...take(untouched, howMany(SPLIT.recycled)).map(({ document }) => ({ document: document.Id, how: BIN })),
      ...take(untouched, howMany(SPLIT.purged)).map(({ document }) => ({ document: document.Id, how: PURGED })),
    ],
    undeleted: times(undeleted, (nth) => entries.entry(documents + firstUndeleted + nth).document.Id),
  };
}

const BIN = 'recycle-bin' as const;
const PURGED = 'purged' as const;

type Indexed = PopulationEntry & { readonly index: number };

/** Documents with an ordinary source, in the order of a permutation. */
function* ordinary(
  entries: Entries,
  order: Permutation,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<Indexed, undefined, undefined> {
  for (let nth = from; nth < to; nth++) {
    const index = order.to(nth);
    const entry = entries.entry(index);
    if (entry.source === 'present') yield { ...entry, index };
  }
}

/** The next so many, fewer when there are no more; the rest stays for the next call. */
function take(from: Generator<Indexed, undefined, undefined>, count: number): Indexed[] {
  const taken: Indexed[] = [];
  while (taken.length < count) {
    const next = from.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

function times<T>(count: number, make: (nth: number, of: number) => T): T[] {
  return Array.from({ length: count }, (_, nth) => make(nth, count));
}
