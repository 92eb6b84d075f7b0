import { hash } from 'node:crypto';
import { Failure } from '../../model/failure.ts';

import type { ExpectedTarget } from '../evidence/target-leg.ts';
import type { CombinableAlgorithm } from '../evidence/object-checksum.ts';
import { multipartEtag } from '../evidence/multipart-etag.ts';
import type { RetryBudget } from '../limits/retry.ts';
import { UNSIGNED_PAYLOAD } from '../s3/signer.ts';
import type { TargetBucket } from './bucket.ts';
import { descriptionHeaders, encryptionHeaders, type ObjectDescription } from './headers.ts';
import { entityTagOfHeaders } from '../evidence/entity-tag.ts';

/** One part that the target holds. */
export type UploadedPart = {
  readonly number: number;
  readonly etag: string;
  /** MD5 and SHA-256 of the part's bytes, computed here; the latter only where the target keeps it. */
  readonly md5: Buffer;
  readonly sha256: Buffer | undefined;
};

/** Where an upload goes. */
type Destination = { readonly key: string };

/** A multipart upload of a file whose bytes pass through us. Nothing is visible in the target before `complete`. */
export class MultipartUpload {
  readonly #target: TargetBucket;
  readonly #retries: RetryBudget;
  readonly #request: Destination;
  readonly #uploadId: string;
  readonly #parts: UploadedPart[] = [];

  private constructor(target: TargetBucket, retries: RetryBudget, request: Destination, uploadId: string) {
    this.#target = target;
    this.#retries = retries;
    this.#request = request;
    this.#uploadId = uploadId;
  }

  static async start(
    { target, retries }: { readonly target: TargetBucket; readonly retries: RetryBudget },
    request: Destination,
    description: ObjectDescription,
    signal: AbortSignal,
  ): Promise<MultipartUpload> {
    const uploadId = await createUpload(target, request.key, { description, checksum: 'sha256' }, signal);
    return new MultipartUpload(target, retries, request, uploadId);
  }

  /** Sends one part; its bytes must stay as they are until it is done. */
  async part(number: number, body: Buffer, signal: AbortSignal): Promise<void> {
    const { checksums, verifiesMd5 } = await this.#target.capabilities(signal);
    const md5 = hash('md5', body, 'buffer');
    // Only for stores that keep it, or need it to know that the bytes came well.
    const sha256 = checksums || !verifiesMd5 ? hash('sha256', body, 'buffer') : undefined;
    const upload = {
      lane: 'large',
      body,
      sha256: sha256?.toString('hex') ?? UNSIGNED_PAYLOAD,
      headers: {
        'content-md5': md5.toString('base64'),
        ...(checksums && sha256 !== undefined && { 'x-amz-checksum-sha256': sha256.toString('base64') }),
      },
      query: { partNumber: String(number), uploadId: this.#uploadId },
    } as const;
    const headers = await this.#retries.run(() => this.#target.client.put(this.#request.key, upload, signal), signal);
    const etag = entityTagOfHeaders(headers);
    if (etag === undefined || (etag.kind === 'md5' && etag.value !== md5.toString('hex'))) {
      throw new Failure(`The target stored part ${number} wrongly.`, {
        code: 'target-damaged-in-transit',
      });
    }
    this.#parts.push({ number, etag: etag.value, md5, sha256: checksums ? sha256 : undefined });
  }

  /** What the target must return once the upload is complete. */
  expected(): ExpectedTarget {
    const parts = this.#ordered();
    const sha256s = parts.flatMap(({ sha256 }) => sha256 ?? []);
    const composite = hash('sha256', Buffer.concat(sha256s), 'base64');
    const checksum = { algorithm: 'sha256', type: 'composite', value: `${composite}-${parts.length}` } as const;
    return {
      checksums: sha256s.length === parts.length ? [checksum] : [],
      etag: multipartEtag(parts.map(({ md5 }) => md5)),
    };
  }

  /**
   * Makes the object appear, unless there is one already.
   * @throws Failure `target-precondition-failed` or `target-upload-gone`: look at what is there
   */
  async complete(signal: AbortSignal): Promise<void> {
    await completeUpload(
      this.#target,
      { key: this.#request.key, uploadId: this.#uploadId },
      this.#ordered().map(({ number, etag, sha256 }) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        ...(sha256 !== undefined && { ChecksumSHA256: sha256.toString('base64') }),
      })),
      signal,
    );
  }

  /** Frees what the parts take. A failure leaves it to the bucket's lifecycle rule. */
  async abort(): Promise<void> {
    await abortUpload(this.#target, this.#request.key, this.#uploadId);
  }

  #ordered(): UploadedPart[] {
    return this.#parts.toSorted((a, b) => a.number - b.number);
  }
}

export async function createUpload(
  target: TargetBucket,
  key: string,
  {
    description,
    checksum,
  }: { readonly description: ObjectDescription; readonly checksum: 'sha256' | CombinableAlgorithm | undefined },
  signal: AbortSignal,
): Promise<string> {
  await target.fence();
  const { checksums } = await target.capabilities(signal);
  const { options } = target;
  const { UploadId } = await target.sdk.run('CreateMultipartUpload', (client, { CreateMultipartUploadCommand }) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: options.bucket,
        Key: key,
        ContentType: description.contentType,
        ContentDisposition: description.contentDisposition,
        ContentEncoding: description.contentEncoding,
        Metadata: { ...description.metadata },
        ...(checksums && checksum !== undefined && checksumSettings(checksum)),
        ...storageSettings({ ...descriptionHeaders(description, options), ...encryptionHeaders(options) }),
      }),
      { abortSignal: signal },
    ),
  );
  if (UploadId !== undefined) return UploadId;
  throw new Failure('The target gave no id for a multipart upload.', { code: 'target-refused' });
}

export async function completeUpload(
  target: TargetBucket,
  { key, uploadId }: { readonly key: string; readonly uploadId: string },
  parts: { PartNumber: number; ETag: string; ChecksumSHA256?: string }[],
  signal: AbortSignal,
): Promise<void> {
  const { conditionalPut } = await target.capabilities(signal);
  await target.fence();
  await target.sdk.run('CompleteMultipartUpload', (client, { CompleteMultipartUploadCommand }) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: target.options.bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts: parts },
        ...(conditionalPut && { IfNoneMatch: '*' }),
      }),
      { abortSignal: signal },
    ),
  );
}

export async function abortUpload(target: TargetBucket, key: string, uploadId: string): Promise<void> {
  await target.sdk
    .run('AbortMultipartUpload', (client, { AbortMultipartUploadCommand }) =>
      client.send(new AbortMultipartUploadCommand({ Bucket: target.options.bucket, Key: key, UploadId: uploadId })),
    )
    .catch(() => undefined);
}

/** CRCs of the parts are combined to the whole's; SHAs of them are hashed. */
function checksumSettings(algorithm: 'sha256' | CombinableAlgorithm): object {
  return {
    ChecksumAlgorithm: algorithm.toUpperCase(),
    ChecksumType: algorithm === 'sha256' ? 'COMPOSITE' : 'FULL_OBJECT',
  };
}

/** Storage class and encryption, in the SDK's words. */
function storageSettings(headers: Record<string, string>): object {
  const bucketKey = headers['x-amz-server-side-encryption-bucket-key-enabled'];
  return {
    StorageClass: headers['x-amz-storage-class'],
    ServerSideEncryption: headers['x-amz-server-side-encryption'],
    SSEKMSKeyId: headers['x-amz-server-side-encryption-aws-kms-key-id'],
    ...(bucketKey !== undefined && { BucketKeyEnabled: bucketKey === 'true' }),
  };
}
