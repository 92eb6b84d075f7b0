import type { FaultRule } from '../faults/faults.ts';
import type { ChecksumName } from './checksums.ts';
import type { Role } from './policies/authorizer.ts';
import type { PolicyDocument } from './policies/policy.ts';
import type { StoreFault } from './store-faults.ts';

/** What a credential may do in a bucket. `list` decides whether a missing key answers 404 or 403. */
export type Right = 'read' | 'list' | 'write' | 'delete' | 'tags' | 'annotations' | 'configuration' | 'restore';

export const allRights: readonly Right[] = [
  'read',
  'list',
  'write',
  'delete',
  'tags',
  'annotations',
  'configuration',
  'restore',
];

export type CredentialOptions = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Makes these temporary credentials: every request must carry the token. */
  readonly sessionToken?: string;
  /** Temporary credentials are refused from then on. */
  readonly expiration?: Date;
  /** By bucket; `*` is every bucket not named. Absent means everything everywhere. */
  readonly rights?: Readonly<Record<string, readonly Right[]>>;
  /** Makes it a role of IAM, whose policies decide in place of `rights`. */
  readonly role?: Role;
};

export type LifecycleRule = {
  readonly id: string;
  readonly prefix: string;
  /** The prefix stands in the rule itself, as before 2016, and in no Filter. */
  readonly form?: 'legacy';
  /** Only objects with this tag; `key=value`. */
  readonly tag?: string;
  readonly expirationDays?: number;
  readonly expirationDate?: string;
  readonly transition?: { readonly storageClass: string } & ({ readonly days: number } | { readonly date: string });
  readonly abortIncompleteMultipartDays?: number;
};

export type BucketOptions = {
  readonly name: string;
  /** Another region than the server's: requests signed for the server's region are redirected (301). */
  readonly region?: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  /** `read`: anyone may GET and HEAD objects without signing. */
  readonly public?: 'read';
  /** `none`: GetBucketEncryption finds no configuration. Default AES256. */
  readonly encryption?: 'none' | 'AES256' | { readonly kmsKeyId: string; readonly bucketKey: boolean };
  /** Default: all four on, unless the bucket is public. */
  readonly publicAccessBlock?: 'none' | 'on';
  readonly ownership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  readonly lifecycle?: readonly LifecycleRule[];
  /** Default: the account that roles are in. */
  readonly account?: string;
  /** Evaluated for every request; its denying statements for credentials without a role too. */
  readonly policy?: PolicyDocument;
};

export type ObjectStoreOptions = {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** A folder that holds everything and survives a restart; absent keeps everything in memory. */
  readonly data?: string;
  /** Default us-east-1. */
  readonly region?: string;
  readonly buckets?: readonly (string | BucketOptions)[];
  /** Default: one credential that may do everything. */
  readonly credentials?: readonly CredentialOptions[];
  readonly faults?: readonly FaultRule<StoreFault>[];
  readonly faultSeed?: number;
  /** The store's idea of now, for expiry and skew. Default: the machine's. */
  readonly clock?: () => Date;
  /** Time from RestoreObject until an archived object can be read, in milliseconds. Default 1,000. */
  readonly restoreMilliseconds?: number;
  /** Largest source of CopyObject, in bytes. Default 5 GiB as S3. */
  readonly maxCopyBytes?: number;
  /** Smallest part but the last, in bytes. Default 5 MiB as S3. */
  readonly minPartBytes?: number;
  /** false: CopyObject ignores If-None-Match, as servers without that feature do. Default true. */
  readonly conditionalCopy?: boolean;
  /** The checksum that S3 adds by itself to uploads that bring none. `none`: as S3 before 2025. Default CRC64NVME. */
  readonly defaultChecksum?: ChecksumName | 'none';
  /** Told one line for each request that this store does not implement, and for its own mistakes. Default stderr. */
  readonly complain?: (line: string) => void;
};
