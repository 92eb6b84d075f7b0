/** What a store returned about an object; absent fields were not returned. */
export type ObjectFacts = {
  readonly size: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** `algorithm:type:base64`, such as `sha256:full:…` or `crc32:composite:…-3`. */
  readonly checksum?: string;
  readonly lastModifiedAt?: number;
};
