import type { DocumentId, EvidenceGrade, ObjectKey, CopyMethod } from '@file-migration/config';
import type { FailureClass } from '../model/failure.ts';
import type { FailureCode, SkipRule } from '../model/failure-codes.ts';

export type { CopyMethod } from '@file-migration/config';

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

/** One document's file to be copied. */
export type CopyRequest = {
  readonly document: DocumentId;
  readonly revision: number;
  /** What the document's URL field held. */
  readonly url: string;
  /** Where the file goes. */
  readonly key: ObjectKey;
  /** The file's real name, for its content type and disposition. */
  readonly fileName: string;
  /** The vendor's object id, for the vendor's API. */
  readonly externalId?: string | undefined;
};

/** The file is in the target. */
export type Copied = {
  readonly kind: 'copied';
  readonly way: CopyMethod;
  /** Whether the evidence reaches the least accepted grade. */
  readonly verified: boolean;
  readonly evidence: EvidenceGrade;
  readonly source: ObjectFacts;
  readonly target: ObjectFacts;
  /** SHA-256 of the content in hex, when the bytes passed through us. */
  readonly sha256?: string;
  /** The object was there already and proved to be ours. */
  readonly alreadyThere: boolean;
  /** A Salesforce file that stands in for a source nobody can read. */
  readonly substitute: boolean;
};

/** The file could not be copied, and trying the same again soon would not help. */
export type CopyEnded = {
  readonly kind: 'failed' | 'missing' | 'denied' | 'archived';
  readonly code: FailureCode;
  readonly failureClass: FailureClass;
  readonly message: string;
};

/** What became of one copy. Failures of class `stop` and `pause` are thrown: they concern every document. */
export type CopyResult =
  | Copied
  | CopyEnded
  /** Left out by a rule (`unparseable-url`, `too-large`). */
  | { readonly kind: 'skipped'; readonly rule: SkipRule }
  /** The same may work later; our own quick retries are used up. Belongs at the end of the queue. */
  | {
      readonly kind: 'retry';
      readonly code: FailureCode;
      readonly message: string;
      /** Milliseconds to wait at least, jittered; longer when the other side asked for it. */
      readonly retryAfterMs: number;
    }
  /** The signal was aborted before anything was stored; nothing is known about the document. */
  | { readonly kind: 'released' };

/** What would be done with one document, found without any request. */
export type CopyPlan =
  | {
      readonly kind: 'copy';
      /** The ways that apply to this URL, in the order in which they would be tried. */
      readonly ways: readonly [CopyMethod, ...CopyMethod[]];
      /** The host the bytes would be read from. */
      readonly host: string;
      /** Requests of the first way for one file that fits into one part. */
      readonly requests: RequestEstimate;
    }
  | { readonly kind: 'skipped'; readonly rule: SkipRule; readonly message: string };

/** Requests by how S3 charges them: PUT, COPY, POST and LIST; GET and HEAD; and those to somebody else's server. */
export type RequestEstimate = { readonly put: number; readonly get: number; readonly other: number };
