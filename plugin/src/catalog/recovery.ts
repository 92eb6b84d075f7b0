import type { DocumentId, ObjectKey } from '@file-migration/config/contract';
import type { ObjectFacts } from '../model/object-facts.ts';
import type { RunId } from '../model/run.ts';
import type { LinkValues } from './journal.ts';

/** What `recover` writes down: what bucket and org prove, and this catalog does not know. */
export type Recovery = {
  /** The next run and job get higher numbers: those up to these were given by the catalog that was lost. */
  numbersFollow(given: { readonly run: number; readonly job: number }): Promise<void>;
  /** Of these keys of the target, those of objects that are no document's copy, nor a former one, as far as is known. */
  unexplainedKeys(keys: readonly string[]): Promise<string[]>;
  /** Takes on objects of the bucket whose keys are unexplained. */
  adoptCopies(run: RunId, copies: readonly FoundCopy[]): Promise<AdoptedCopies>;
  /** Confirms links of ours that stand on records and that no row of the journal wrote: they can be undone again. */
  rebuildJournal(run: RunId, links: readonly FoundLink[]): Promise<number>;
};

export type FoundCopy = {
  readonly key: ObjectKey;
  readonly document: DocumentId;
  readonly revision: number;
  readonly target: ObjectFacts;
};

export type AdoptedCopies = {
  /** Became the copy of a document's present revision; only their size is known to be right: that is evidence E. */
  readonly adopted: number;
  /** Are the copy of a former revision. */
  readonly past: number;
  /** Not taken on, with the reason why. */
  readonly undecided: readonly { readonly key: ObjectKey; readonly reason: 'no-document' | 'second-copy' }[];
};

/** Of a switched record: what it holds, and the file's own URL that undoing puts back. */
export type FoundLink = { readonly document: DocumentId; readonly revision: number; readonly written: LinkValues };
