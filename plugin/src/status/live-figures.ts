import type { AccountId } from '@file-migration/config';

/** What is counted on both sides. */
export type LiveFigureName =
  'documents' | 'original URL' | 'our link' | 'other URL' | 'no URL' | 'key filled' | 'deleted';

export type LiveFigure = {
  readonly name: LiveFigureName;
  /** Undefined where the org does not tell. For `deleted`: in the recycle bin, which Salesforce empties after 15 days. */
  readonly org?: number;
  readonly catalog: number;
};

export type AccountDifference = {
  /** Undefined for the documents without account. */
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly org: number;
  readonly catalog: number;
};
