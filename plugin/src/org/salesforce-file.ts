/** The latest version of the one Salesforce file that is linked to a document. */
export type LinkedFile = {
  readonly versionId: string;
  /** With its extension. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hex, as Salesforce computed it. */
  readonly md5: string | undefined;
};
