import type { AccountId, DocumentId, ObjectKey } from '@file-migration/config/contract';
import type { ObjectFacts } from '../model/object-facts.ts';
import type { RunId, RunMode, RunStatus, RunType } from '../model/run.ts';
import type { FailureCode } from '../model/failure-codes.ts';

/** What `import` writes down: documents, runs and errors of another tracking database. */
export type Adoption = AdoptionReader & {
  /** Takes on documents; those that have a copy or another URL meanwhile stay as they are. */
  adoptDocuments(run: RunId, documents: readonly AdoptedDocument[]): Promise<{ adopted: number; kept: number }>;
  /** Takes on runs as history; one that was taken on before is left out. */
  adoptRuns(runs: readonly AdoptedRun[]): Promise<number>;
  /** Takes on errors as history: no document has them any more. */
  adoptErrors(run: RunId, errors: readonly AdoptedError[]): Promise<number>;
};

export type AdoptionReader = {
  /** Of these documents, those that have a copy or another URL already: they are not adopted. */
  notAdoptable(documents: readonly Pick<AdoptedDocument, 'id' | 'originalUrl'>[]): Promise<DocumentId[]>;
};

export type AdoptedDocument = {
  readonly id: DocumentId;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly name: string;
  readonly originalUrl: string;
  /** The link that the other program wrote on the record, if it did. */
  readonly link: string | undefined;
  /** Undefined: nothing usable is there, and the file is to be copied. */
  readonly copy:
    | {
        /** The document's own: its last folder is the record id, which the redirect asks for. */
        readonly key: ObjectKey;
        /** Where the other program put the file. That object stays, and is known as one of the document's. */
        readonly copiedFrom: ObjectKey;
        readonly target: ObjectFacts;
        /** Hex, as the other program computed it. */
        readonly sha256: string | undefined;
        readonly backedUpAt: number | undefined;
      }
    | undefined;
  readonly lastModifiedAt: number;
};

export type AdoptedRun = {
  readonly type: RunType;
  readonly mode: RunMode;
  /** Tells runs of one database from those of another, so that none is taken on twice. */
  readonly command: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly message: string | undefined;
  readonly processed: number;
  readonly copied: number;
  readonly failed: number;
  readonly skipped: number;
  readonly created: number;
  readonly replaced: number;
};

export type AdoptedError = {
  readonly document: DocumentId;
  readonly code: FailureCode;
  readonly message: string;
  readonly originalUrl: string;
  readonly at: number;
};
