import { encodeKey, type EvidenceGrade } from '@file-migration/config';
import { Failure } from '../../../model/failure.ts';
import type { KnownFailureCode } from '../../../model/failure-codes.ts';
import type { CopyRequest } from '../../copy-result.ts';
import type { RetryBudget } from '../../limits/retry.ts';
import type { S3Clients } from '../../s3/clients.ts';
import type { S3Location } from '../../location/source-location.ts';
import type { TargetBucket } from '../../target/bucket.ts';
import type { StoredObject } from '../../s3/stored-object.ts';

/** One file that the store is to copy within itself. */
export type ServerSideJob = {
  readonly target: TargetBucket;
  readonly clients: S3Clients;
  readonly retries: RetryBudget;
  readonly location: S3Location;
  readonly request: CopyRequest;
  readonly maxBytes: number | undefined;
  /**
   * Evidence below this grade is not worth a server-side copy, because another method can give better; undefined when
   * there is no other method.
   */
  readonly leastEvidence: EvidenceGrade | undefined;
  readonly signal: AbortSignal;
};

/** Where the copy is made from. */
export type CopySource = { readonly key: string; readonly object: StoredObject };

/** S3 decodes it once, so everything but slashes is encoded. */
export function copySource({ bucket, versionId }: S3Location, key: string): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `/${encodeKey(bucket)}/${encodeKey(key)}${version}`;
}

/** What the target's answer to a copy says about the source; a refusal leaves the other methods to be tried. */
export function asSourceFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  switch (error.code) {
    case 'target-kms':
      return renamed(error, 'source-kms');
    case 'target-denied':
      return renamed(error, 'source-denied');
    case 'target-missing':
      return renamed(error, 'source-missing');
    case 'target-archived':
      return renamed(error, 'source-archived');
    case 'target-refused':
      return renamed(error, 'method-unfit');
    default:
      return error;
  }
}

function renamed(error: Failure, code: KnownFailureCode): Failure {
  return new Failure(error.message, { code, cause: error });
}
