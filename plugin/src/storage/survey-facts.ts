/**
 * What was found out about something: its value, that we may not know it, that the store does not offer it, or that it was
 * not asked for because something before it failed.
 */
export type Found<T> =
  | { readonly known: true; readonly value: T }
  | {
      readonly known: false;
      readonly because: 'denied' | 'not-supported' | 'failed' | 'not-checked';
      readonly message: string;
      /** The setting or right that is missing, where the answer says it. */
      readonly fix?: string;
    };

/** What the target can do; found by trying, because stores differ from what they say. */
export type TargetCapabilities = {
  /** A PUT with `If-None-Match: *` onto an existing object is refused. */
  readonly conditionalPut: boolean;
  /** So is a CopyObject. */
  readonly conditionalCopy: boolean;
  /** PUT and HEAD return `x-amz-checksum-*`. */
  readonly checksums: boolean;
  /** A PUT whose bytes do not have the MD5 that its `Content-MD5` says is refused. */
  readonly verifiesMd5: boolean;
  /** The ETag of a single PUT is the MD5 of its bytes (not with KMS). */
  readonly md5Etags: boolean;
  /** The small object that was written to find all this out is gone again. */
  readonly probeRemoved: boolean;
};

/** The target as `doctor` shows it. */
export type TargetSurvey = {
  readonly bucket: string;
  readonly region: Found<string>;
  readonly writable: Found<true>;
  readonly capabilities: Found<TargetCapabilities>;
  readonly encryption: Found<{ readonly algorithm: string; readonly keyId?: string; readonly bucketKey: boolean }>;
  readonly versioning: Found<'enabled' | 'suspended' | 'off'>;
  /** All four settings are on. */
  readonly publicAccessBlocked: Found<boolean>;
  readonly ownership: Found<string>;
  /** Rules that are on and whose prefix overlaps ours. */
  readonly lifecycle: Found<readonly LifecycleRule[]>;
  /** Our clock minus the store's, milliseconds. */
  readonly clockSkewMs: Found<number>;
};

export type LifecycleRule = {
  readonly id: string;
  readonly prefix: string;
  /** Only objects with a tag, which copies never have. */
  readonly needsTag?: true;
  /** After so many days, or on a day (ISO). */
  readonly expires?: number | string;
  readonly archives?: number | string;
  readonly abortsMultipartAfterDays?: number;
};

/** One source place (an S3 bucket or a web host) as `doctor` shows it. */
export type SourceSurvey = {
  readonly host: string;
  readonly bucket: string | undefined;
  readonly readable: Found<true>;
  /** Listing is refused, so S3 answers 403 also for keys which do not exist. */
  readonly deniedMayMeanMissing: Found<boolean>;
  readonly region: Found<string>;
};

/** One object of a listing. */
export type ListedObject = {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModifiedAt: number;
};

/** How fast and how parallel it goes just now. */
export type StorageLoad = {
  readonly source: SideLoad;
  readonly target: SideLoad;
  /** Bytes of files held in memory. */
  readonly heldBytes: number;
  /** How many documents at once are worth handing over. */
  readonly documents: number;
};

export type SideLoad = {
  /** Requests in flight that are allowed just now; the adaptive limit. */
  readonly limit: number;
  readonly inFlight: number;
  readonly requests: number;
  readonly bytes: number;
  /** Answers that asked for less (503, 429) and time-outs. */
  readonly slowDowns: number;
};
