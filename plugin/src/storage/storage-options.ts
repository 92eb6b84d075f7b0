import type { DocumentId, EvidenceGrade, OrganizationId } from '@file-migration/config';
import type { Readable } from 'node:stream';
import type { CopyMethod } from '@file-migration/config/contract';
import type { ContentHashPolicy } from './evidence/content-hash.ts';
import type { HttpClientKind } from './exchange/pools.ts';

/** Everything the storage side needs to know. The caller maps the migration config to it; it holds no file paths. */
export type StorageOptions = {
  /** Written into each object's metadata, so that an object tells whose copy it is. */
  readonly organizationId: OrganizationId;
  readonly target: TargetOptions;
  readonly source: SourceOptions;
  /** Copies whose evidence reaches this grade count as verified. Default: D. */
  readonly leastEvidence?: EvidenceGrade;
  /** Default: `sha256`. */
  readonly contentHash?: ContentHashPolicy;
  readonly limits?: LimitOptions;
  /** What carries the requests of the copying path. Default: `built-in`. */
  readonly httpClient?: HttpClientKind | undefined;
  /** Throws unless this process still owns the catalog; asked before everything that writes to the target. */
  readonly fence?: () => Promise<void>;
};

/** One S3 endpoint: Amazon's in that region, or another server's. */
export type S3Endpoint = {
  readonly region: string;
  /** `https://host[:port]`; plain http to loopback only. Without it: Amazon S3 in the region. */
  readonly endpoint?: string | undefined;
  /** `http://endpoint/bucket/key` instead of `http://bucket.endpoint/key`. Default: true with an endpoint. */
  readonly pathStyle?: boolean | undefined;
  readonly credentials?: CredentialSource | undefined;
};

/** Where credentials come from. Keys are values that the caller took from the environment. */
export type CredentialSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'profile'; readonly profile: string }
  | {
      readonly kind: 'keys';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };

export type TargetOptions = S3Endpoint & {
  readonly bucket: string;
  /** Nothing outside this prefix is written or listed; with its trailing slash, or empty. */
  readonly prefix: string;
  readonly storageClass?: string | undefined;
  /** Without it the bucket's default applies. */
  readonly encryption?:
    | { readonly kind: 'AES256' }
    | { readonly kind: 'aws:kms'; readonly keyId?: string | undefined; readonly bucketKey?: boolean | undefined }
    | undefined;
};

export type SourceOptions = {
  /** The methods that may be used, in the order of preference. */
  readonly methods: readonly CopyMethod[];
  /** Credentials for reading Amazon S3 sources; also for mapped hosts that name none. */
  readonly credentials?: CredentialSource | undefined;
  /** What hosts of URLs stand for, when they are not what they look like. Keys are `host` or `host:port` in lower case. */
  readonly hosts?: Readonly<Record<string, MappedHost>> | undefined;
  readonly vendorApi?: VendorApiOptions | undefined;
  readonly salesforceFile?: SalesforceFileOpener | undefined;
  /** Asks the store to restore archived objects; the document stays `archived` until a later run finds it readable. */
  readonly restoreArchived?: RestoreOptions | undefined;
  /** Files above this many bytes are left out (`too-large`). */
  readonly maxBytes?: number | undefined;
};

export type RestoreOptions = {
  /** How many days the restored object stays readable. */
  readonly days: number;
  readonly tier: 'Bulk' | 'Standard' | 'Expedited';
};

/** What a URL's host stands for. */
export type MappedHost = {
  /** `https://host[:port]` (plain http to loopback only); private addresses are allowed, because somebody wrote this down. */
  readonly endpoint?: string | undefined;
  /** The bucket, when the URL's path is the key alone; without it a path-style URL, or Amazon's form, is expected. */
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  readonly pathStyle?: boolean | undefined;
  readonly credentials?: CredentialSource | undefined;
  /** False when the endpoint is an ordinary web server. Default: true. */
  readonly s3?: boolean | undefined;
};

/** A vendor's API that answers with a presigned URL. */
export type VendorApiOptions = {
  readonly method: 'GET' | 'POST';
  /** With `{externalId}`, `{recordId}` and `{key}` (the source's object key), each percent-encoded when filled in. */
  readonly url: string;
  /** Values are already taken from the environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; the placeholders in its texts are filled in. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** RFC 6901, to the presigned URL in the answer: `/data/url`. */
  readonly urlPointer: string;
  /** Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Further hosts (`host` or `host:port`) that presigned URLs may point at although they are private or plain http. */
  readonly allowedHosts?: readonly string[];
};

/** Opens the one Salesforce file that is linked to a record; undefined when there is none or more than one. */
export type SalesforceFileOpener = (document: DocumentId, signal: AbortSignal) => Promise<SalesforceFile | undefined>;

export type SalesforceFile = {
  /** Bytes, as the org's ContentSize says. */
  readonly size: number;
  readonly versionId: string;
  /** The MD5 in hex that the org keeps (ContentVersion.Checksum), when it gave one. */
  readonly md5?: string | undefined;
  readonly lastModifiedAt?: number | undefined;
  readonly body: Readable;
};

export type LimitOptions = {
  /** Most requests in flight, for each side. Default 128. */
  readonly maxConcurrency?: number | undefined;
  /** Requests in flight to begin with, for each side. Default 32. */
  readonly initialConcurrency?: number | undefined;
  /** Most requests a second to the source and to the target, each. */
  readonly requestsPerSecond?: number | undefined;
  /** Most bytes a second read from the sources. */
  readonly bytesPerSecond?: number | undefined;
  /** How many processes share these rates at this moment; asked with every request. Default: this one alone. */
  readonly sharers?: (() => number) | undefined;
  /** Files from this many bytes on are written in parts. Default 16 MiB; at most a quarter of the memory. */
  readonly multipartThreshold?: number | undefined;
  /** Bytes of a part, from 5 MiB on; grows by itself where a file would need more than 10,000. Default 8 MiB. */
  readonly partBytes?: number | undefined;
  /** Bytes of files held in memory at most. Default 96 MiB. */
  readonly memoryBytes?: number | undefined;
  /** Milliseconds without any progress after which a request counts as timed out. Default 30,000. */
  readonly idleTimeoutMs?: number | undefined;
};
