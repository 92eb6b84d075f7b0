import { createHash, hash, randomUUID } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import type { FailureCode } from '../../model/failure-codes.ts';
import { checksumOfHeaders } from '../evidence/object-checksum.ts';
import { PROBE_FOLDER, encodeKey } from '@file-migration/config';
import { entityTagOfHeaders } from '../evidence/entity-tag.ts';
import type { HotS3Client } from '../s3/hot-client.ts';
import type { TargetOptions } from '../storage-options.ts';
import type { TargetCapabilities } from '../survey-facts.ts';
import { encryptionHeaders } from './headers.ts';

/**
 * Finds out what the target does, by writing one small object of our own into the probe folder, the only place where
 * the migrator's policy lets it delete, and removes it again.
 * @throws Failure when the target cannot be written at all
 */
export async function tryTarget(
  client: HotS3Client,
  target: TargetOptions,
  signal: AbortSignal,
): Promise<TargetCapabilities> {
  const key = `${target.prefix}${PROBE_FOLDER}${randomUUID()}`;
  const body = Buffer.from('File Migration for Salesforce tries what this bucket can do. Safe to delete.\n');
  const sha256 = createHash('sha256').update(body).digest();
  const headers = {
    'content-type': 'text/plain',
    'x-amz-checksum-sha256': sha256.toString('base64'),
    'if-none-match': '*',
    // a key that may not be used shows here, not at the first file
    ...encryptionHeaders(target),
  };
  const upload = { lane: 'small', body, sha256: sha256.toString('hex'), headers } as const;
  const stored = await client.put(key, upload, signal);
  const removed = async (): Promise<boolean> =>
    client.delete(key, signal).then(
      () => true,
      () => false,
    );
  try {
    const conditionalPut = await isRefused(client.put(key, upload, signal), 'target-precondition-failed');
    const wrongMd5 = { 'content-md5': hash('md5', 'something else', 'base64') };
    const verifiesMd5 = await isRefused(
      client.put(key, { ...upload, headers: wrongMd5 }, signal),
      'target-damaged-in-transit',
    );
    const copy = client.copy(
      key,
      {
        headers: {
          'x-amz-copy-source': `/${encodeKey(target.bucket)}/${encodeKey(key)}`,
          // Without it a copy onto itself is refused for another reason.
          'x-amz-metadata-directive': 'REPLACE',
          'if-none-match': '*',
        },
      },
      signal,
    );
    return {
      conditionalPut,
      conditionalCopy: await isRefused(copy, 'target-precondition-failed'),
      verifiesMd5,
      checksums: checksumOfHeaders(stored)?.value === sha256.toString('base64'),
      md5Etags: entityTagOfHeaders(stored)?.value === hash('md5', body),
      probeRemoved: await removed(),
    };
  } catch (error) {
    await removed();
    throw error;
  }
}

/**
 * Says whether a write that must not succeed was refused for the right reason. A store that does not know the feature
 * either writes or refuses for another reason.
 * @throws what says nothing about the feature: time-outs, overload, missing rights
 */
async function isRefused(write: Promise<unknown>, code: FailureCode): Promise<boolean> {
  try {
    await write;
    return false;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === code) return true;
    if (error.failureClass === 'skip') return false;
    throw error;
  }
}
