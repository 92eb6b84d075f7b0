import type { CopyMethod, DocumentId, ObjectKey } from '@file-migration/config';
import type { SkipRule } from '../model/failure-codes.ts';

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

/** What would be done with one document, found without any request. */
export type CopyPlan =
  | {
      readonly kind: 'copy';
      /** The methods that apply to this URL, in the order in which they would be tried. */
      readonly methods: readonly [CopyMethod, ...CopyMethod[]];
      /** The host the bytes would be read from. */
      readonly host: string;
      /** Requests of the first method for one file that fits into one part. */
      readonly requests: RequestEstimate;
    }
  | { readonly kind: 'skipped'; readonly rule: SkipRule; readonly message: string };

/** Requests by how S3 charges them: PUT, COPY, POST and LIST; GET and HEAD; and those to somebody else's server. */
export type RequestEstimate = { readonly put: number; readonly get: number; readonly other: number };
