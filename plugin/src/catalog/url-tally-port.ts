import type { UrlKind } from '@file-migration/config/contract';

/** Where the present documents' URLs point, as far as the catalog knows: what the org's own numbers are held against. */
export type UrlTally = {
  /** Origins that files are copied from, the most frequent first, at most 20; what is on another one counts as `other`. */
  readonly origins: readonly string[];
  readonly urls: Readonly<Record<UrlKind, number>>;
  /** Documents on which a switch was confirmed: their key stays there after a rollback. */
  readonly withKey: number;
};

export type UrlTallyReader = {
  /**
   * Reads the whole table: seconds for millions of documents.
   * @param ours beginnings of our links, in lower case
   */
  urlTally(ours: readonly string[]): Promise<UrlTally>;
};
