import { hash } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import type { WholeHashes } from '../evidence/content-hash.ts';
import type { CopyRequest } from '../copy-result.ts';
import { targetLeg, type ExpectedTarget } from '../evidence/target-leg.ts';
import type { ObjectChecksum } from '../evidence/object-checksum.ts';
import type { RetryBudget } from '../limits/retry.ts';
import { UNSIGNED_PAYLOAD } from '../s3/signer.ts';
import { damagedSource } from '../evidence/source-leg.ts';
import type { TargetBucket } from './bucket.ts';
import { descriptionHeaders, type ObjectDescription } from './headers.ts';
import { describedValues, headObject, type DescribedObject } from '../s3/stored-object.ts';
import { resolveOccupiedKey, type ResolvedObject } from './occupied.ts';

/** A file as it now lies in the target. */
export type WrittenObject = {
  readonly object: DescribedObject;
  readonly leg: ResolvedObject['leg'] | 'none';
  readonly alreadyThere: boolean;
};

/**
 * Writes a file that is whole in memory with one PutObject, unless something is there already.
 * @throws Failure of class `skip`, code `target-occupied`; `retry`; `stop`
 */
export async function putWhole(
  { target, retries }: { readonly target: TargetBucket; readonly retries: RetryBudget },
  request: CopyRequest,
  file: { readonly body: Buffer; readonly hashes: WholeHashes; readonly description: ObjectDescription },
  signal: AbortSignal,
): Promise<WrittenObject> {
  const { body, hashes, description } = file;
  const { conditionalPut, verifiesMd5, checksums } = await target.capabilities(signal);
  const checksum = checksumToSend(hashes);
  const known = [checksum, sha256Checksum(hashes)].filter((one) => one !== undefined);
  const expected: ExpectedTarget = { checksums: known, etag: hashes.md5 };
  const takeExisting = async (): Promise<WrittenObject> => {
    const { sha256 = hash('sha256', body) } = hashes;
    const ours = { size: body.length, sha256, expected };
    return { ...(await resolveOccupiedKey(target, request, ours, signal)), alreadyThere: true };
  };
  return await retries.run(
    async () => {
      if (!conditionalPut && (await target.existing(request.key, signal)) !== undefined) return await takeExisting();
      await target.fence();
      try {
        const headers = {
          ...descriptionHeaders(description, target.options),
          'content-md5': Buffer.from(hashes.md5, 'hex').toString('base64'),
          ...(checksums && checksum !== undefined && { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value }),
        };
        const answer = await target.put(
          request.key,
          // The signed MD5 protects the bytes already; a signed SHA-256 would be computed once more at the other end.
          {
            lane: 'small',
            body,
            sha256: verifiesMd5 ? UNSIGNED_PAYLOAD : (hashes.sha256 ?? hash('sha256', body)),
            headers,
          },
          signal,
        );
        return await written(target, request, { headers: answer, expected, size: body.length }, signal);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code === 'target-precondition-failed') return await takeExisting();
        if (error.code === 'target-damaged-in-transit' && isDamaged(body, hashes)) throw damagedSource();
        throw error;
      }
      // What came wrongly from the source must be read again, not sent again.
    },
    signal,
    ({ code }) => code === 'source-damaged-in-transit',
  );
}

/** The target found that the bytes are not what the source's ETag says: was it before us or behind us? */
function isDamaged(body: Buffer, { borrowedMd5, md5 }: WholeHashes): boolean {
  return borrowedMd5 && hash('md5', body) !== md5;
}

async function written(
  target: TargetBucket,
  request: CopyRequest,
  {
    headers,
    expected,
    size,
  }: {
    readonly headers: Parameters<typeof describedValues>[0];
    readonly expected: ExpectedTarget;
    readonly size: number;
  },
  signal: AbortSignal,
): Promise<WrittenObject> {
  const values = describedValues(headers);
  const leg = targetLeg(values, expected);
  if (leg === 'mismatch') throw storedWrongly(request.key);
  if (leg !== 'none') return { object: { ...values, size }, leg, alreadyThere: false };
  // The answer to the PUT proves nothing; HEAD may tell more.
  const object = await headObject(target.client, request.key, signal);
  const second = object === undefined ? 'none' : targetLeg(object, expected);
  if (object?.size !== size || second === 'mismatch') throw storedWrongly(request.key);
  return { object, leg: second, alreadyThere: false };
}

/** The source's own algorithm where we know its value, so that both stores return the same; else SHA-256, where we have it. */
function checksumToSend(hashes: WholeHashes): ObjectChecksum | undefined {
  return hashes.sourceChecksum ?? sha256Checksum(hashes);
}

function sha256Checksum({ sha256 }: WholeHashes): ObjectChecksum | undefined {
  if (sha256 === undefined) return undefined;
  return { algorithm: 'sha256', type: 'full', value: Buffer.from(sha256, 'hex').toString('base64') };
}

export function storedWrongly(key: string): Failure {
  return new Failure(`The target accepted the file but says that it holds other content: ${key}`, {
    code: 'target-content-differs',
    actions: ['Do not trust this store before its operator has looked at it.'],
  });
}
