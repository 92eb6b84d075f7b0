import type { DocumentId } from '@file-migration/config';

/** What stands on a document's record, as the user sees it. Empty fields are empty strings. */
export type DocumentRow = {
  readonly id: DocumentId;
  readonly name: string;
  /** What the URL field holds now: our link, or another address. */
  readonly url: string;
  readonly key: string;
  readonly originalUrl: string;
};
