/** Where a document's URL points. */
export type SourceLocation = S3Location | WebLocation;

export type S3Location = {
  readonly kind: 's3';
  /** As the URL had it, lower case, with its port if any: decisions about ways are remembered by it. */
  readonly host: string;
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly versionId: string | undefined;
  /** Undefined when neither the URL nor the config tells. */
  readonly region: string | undefined;
  /** Undefined: Amazon S3. */
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean;
  /** The URL to read by plain HTTPS, without signatures that somebody once put there. */
  readonly url: string;
};

export type WebLocation = {
  readonly kind: 'web';
  readonly host: string;
  readonly url: string;
};
