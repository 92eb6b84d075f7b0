import { Failure } from '../../model/failure.ts';
import type { KnownFailureCode } from '../../model/failure-codes.ts';
import { retryAfter } from '../../model/retry-after.ts';
import type { HttpAnswer } from '@file-migration/http/messages';
import type { Side } from '../exchange/side.ts';
import { smallXml } from './xml.ts';

/** An S3 server's error: its own code, kept for decisions that depend on it. */
export class S3Failure extends Failure {
  readonly status: number;
  /** As the server named it (`NoSuchKey`); empty when it sent no body (HEAD). */
  readonly s3Code: string;
  /** The region that the server says the bucket is in. */
  readonly region: string | undefined;

  constructor(message: string, details: ConstructorParameters<typeof Failure>[1], answer: S3ErrorAnswer) {
    super(message, details);
    this.status = answer.status;
    this.s3Code = answer.code;
    this.region = answer.region;
  }
}

export type S3ErrorAnswer = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly region: string | undefined;
  readonly signedRegion: string | undefined;
  /** Milliseconds. */
  readonly retryAfterMs: number | undefined;
};

/** Errors are short; a longer body is not one. */
const LONGEST_ERROR = 64 * 1024;

/**
 * Reads an error answer to its end and says what is to be done about it.
 * @param signedRegion the region that the request was signed for, if it was signed
 */
export async function s3Failure(
  side: Side,
  operation: string,
  answer: HttpAnswer,
  signedRegion?: string,
): Promise<S3Failure> {
  // A body that does not arrive must not hide the status that did.
  const text = await answer.body.bytes(LONGEST_ERROR).then(String, () => '');
  const elements = smallXml(text);
  const region = answer.headers['x-amz-bucket-region'];
  return classifyS3Error(side, operation, {
    status: answer.status,
    code: elements.get('Code') ?? '',
    message: elements.get('Message') ?? '',
    region: typeof region === 'string' ? region : elements.get('Region'),
    signedRegion,
    retryAfterMs: retryAfter(answer.headers['retry-after']),
  });
}

/** The codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function classifyS3Error(side: Side, operation: string, answer: S3ErrorAnswer): S3Failure {
  const name = answer.code === '' ? `HTTP ${answer.status}` : `${answer.code} (HTTP ${answer.status})`;
  const detail = answer.message === '' ? '' : `: ${answer.message.slice(0, 300)}`;
  const { code, actions = [] } = verdict(side, answer);
  return new S3Failure(
    `The ${side} answered ${operation} with ${name}${detail}`,
    {
      code,
      actions,
      ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
    },
    answer,
  );
}

type Verdict = { readonly code: KnownFailureCode; readonly actions?: readonly string[] };

function verdict(side: Side, answer: S3ErrorAnswer): Verdict {
  const { code, status, region } = answer;
  if (code.startsWith('KMS.')) return kms(side, code);
  switch (code) {
    case 'NoSuchKey':
    case 'NoSuchVersion':
      return { code: `${side}-missing` };
    case 'NoSuchBucket':
      return {
        code: `${side}-bucket-missing`,
        actions: [`Check ${side === 'source' ? 'source.hosts' : 'target.bucket'} in migration.json.`],
      };
    case 'InvalidObjectState':
      return { code: `${side}-archived` };
    case 'RequestTimeTooSkewed':
      return {
        code: 'clock-skew',
        actions: ['Set this machine’s clock (ntp), then start again.'],
      };
    case 'SignatureDoesNotMatch':
      // Of one document it says that its key is signed in another way than the store reads it; of all, that the secret is wrong.
      return {
        code: `${side}-signature`,
        actions: [`Check the secret key of ${side}.credentials in migration.json.`],
      };
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
    case 'InvalidSecurity':
    case 'NotSignedUp':
    case 'AccountProblem':
      return {
        code: `${side}-bad-credentials`,
        actions: [`Check ${side}.credentials in migration.json.`],
      };
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
      return {
        code: `${side}-credentials-expired`,
        actions: ['Renew the credentials (aws sso login), then resume.'],
      };
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return wrongRegion(side, region);
    case 'PreconditionFailed':
      return { code: `${side}-precondition-failed` };
    case 'ConditionalRequestConflict':
    case 'OperationAborted':
    case 'SlowDown':
    case 'ServiceUnavailable':
    case 'Throttling':
    case 'RequestTimeout':
    case 'InternalError':
    case 'BadDigest':
    case 'IncompleteBody':
    case 'XAmzContentSHA256Mismatch':
      return { code: retryCode(side, status, code) };
    case 'NoSuchUpload':
      return { code: `${side}-upload-gone` };
    case 'EntityTooLarge':
    case 'KeyTooLongError':
    case 'InvalidRequest':
    case 'InvalidArgument':
    case 'NotImplemented':
      return { code: `${side}-refused` };
    default:
      return verdictByStatus(side, answer);
  }
}

function verdictByStatus(side: Side, { status, code, region, signedRegion }: S3ErrorAnswer): Verdict {
  if (status === 301 || status === 307 || status === 308) return wrongRegion(side, region);
  // A refused HEAD has no body: the header alone tells that it went to another region than the bucket's.
  const isElsewhere = region !== undefined && signedRegion !== undefined && region !== signedRegion;
  if (status === 400 && code === '' && isElsewhere) return wrongRegion(side, region);
  if (status === 401 || status === 403) return { code: `${side}-denied` };
  if (status === 404) return { code: `${side}-missing` };
  if (status === 412) return { code: `${side}-precondition-failed` };
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    return { code: retryCode(side, status, '') };
  }
  return { code: `${side}-refused` };
}

function retryCode(side: Side, status: number, code: string): KnownFailureCode {
  if (status === 503 || status === 429 || code === 'SlowDown' || code === 'Throttling') return `${side}-slow-down`;
  if (status === 409) return `${side}-conflict`;
  if (code === 'BadDigest' || code === 'XAmzContentSHA256Mismatch' || code === 'IncompleteBody') {
    return `${side}-damaged-in-transit`;
  }
  if (code === 'RequestTimeout' || status === 408) return `${side}-time-out`;
  return `${side}-server-error`;
}

/** The vendor's URL names a region of one document, the config the target's of all. */
function wrongRegion(side: Side, region: string | undefined): Verdict {
  const right = region === undefined ? 'the bucket’s region' : `"${region}"`;
  return side === 'target'
    ? {
        code: 'target-wrong-region',
        actions: [`Set target.region to ${right} in migration.json.`],
      }
    : {
        code: 'source-wrong-region',
        actions: [`Set the region of the URL’s host under source.hosts in migration.json to ${right}.`],
      };
}

/** "Error responses" of S3 with SSE-KMS: the key, and not the object, is what cannot be used. */
function kms(side: Side, code: string): Verdict {
  if (
    code === 'KMS.ThrottlingException' ||
    code === 'KMS.InternalException' ||
    code === 'KMS.DependencyTimeoutException'
  ) {
    return { code: `${side}-slow-down` };
  }
  return {
    code: `${side}-kms`,
    actions: [
      side === 'source'
        ? 'Ask the vendor to let this principal use their KMS key (config/aws/statements-vendor-key.json).'
        : 'Enable the KMS key of target.encryption and allow its use (config/aws/iam-migrator-kms.json), then resume.',
    ],
  };
}
