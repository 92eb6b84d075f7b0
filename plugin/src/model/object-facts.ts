/** What a store returned about an object; absent fields were not returned. */
export type ObjectFacts = {
  /** Bytes. */
  readonly size: number;
  /** Without its quotes. */
  readonly etag?: string;
  readonly versionId?: string;
  /** `algorithm:type:base64`, such as `sha256:full:…` or `crc32:composite:…-3`. */
  readonly checksum?: string;
  /** Milliseconds since 1970. */
  readonly lastModifiedAt?: number;
};
