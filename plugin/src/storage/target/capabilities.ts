import { createHash, hash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PROBE_FOLDER, encodeKey } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import type { FailureCode } from '../../model/failure-codes.ts';
import { checksumOfHeaders } from '../evidence/object-checksum.ts';
import { entityTagOfHeaders } from '../evidence/entity-tag.ts';
import type { HotS3Client, Upload } from '../s3/hot-client.ts';
import { S3Failure } from '../s3/failure.ts';
import { UNSIGNED_PAYLOAD } from '../s3/signer.ts';
import type { TargetOptions } from '../storage-options.ts';
import type { TargetCapabilities } from '../survey-facts.ts';
import { createByCopy, createByPut } from './create.ts';

/**
 * Finds out what the target does, by writing small objects of our own into the probe folder, the only place where the
 * migrator's policy lets it delete, and removes them again. Each is made as files will be: with the same encryption, the
 * same condition and, where that is tried, the same unsigned body.
 * @throws Failure when the target cannot be written at all
 */
export async function tryTarget(
  client: HotS3Client,
  options: TargetOptions,
  signal: AbortSignal,
): Promise<TargetCapabilities> {
  const place = { client, options };
  const key = `${options.prefix}${PROBE_FOLDER}${randomUUID()}`;
  const body = Buffer.from('File Migration for Salesforce tries what this bucket can do. Safe to delete.\n');
  const sha256 = createHash('sha256').update(body).digest();
  const headers = { 'content-type': 'text/plain', 'x-amz-checksum-sha256': sha256.toString('base64') };
  const upload = { lane: 'small', body, sha256: sha256.toString('hex'), headers } as const;
  const { stored, takesCondition } = await firstWrite(place, key, upload, signal);
  const made = [key];
  const removed = async (): Promise<boolean> => {
    const ends = await Promise.allSettled(made.map((one) => client.delete(one, signal)));
    return ends.every(({ status }) => status === 'fulfilled');
  };
  const refuses = async (write: Promise<unknown>, code: FailureCode, target: string): Promise<boolean> => {
    const answer = await answerTo(write, code);
    if (answer === 'done' && !made.includes(target)) made.push(target);
    return answer === 'refused';
  };
  try {
    const conditionalPut =
      takesCondition &&
      (await refuses(
        createByPut(place, key, { ...upload, conditional: true }, signal),
        'target-precondition-failed',
        key,
      ));
    const damaged = {
      ...upload,
      sha256: UNSIGNED_PAYLOAD,
      headers: { 'content-type': 'text/plain', 'content-md5': hash('md5', 'something else', 'base64') },
    };
    const damagedKey = `${key}-damaged`;
    const verifiesMd5 = await refuses(
      createByPut(place, damagedKey, { ...damaged, conditional: conditionalPut }, signal),
      'target-damaged-in-transit',
      damagedKey,
    );
    const ontoItself = { headers: { 'x-amz-copy-source': `/${encodeKey(options.bucket)}/${encodeKey(key)}` } };
    const conditionalCopy =
      takesCondition &&
      (await refuses(
        createByCopy(place, key, { ...ontoItself, conditional: true }, signal),
        'target-precondition-failed',
        key,
      ));
    return {
      conditionalPut,
      conditionalCopy,
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

/** Some stores answer a condition that they do not know with 501. */
async function firstWrite(
  place: Parameters<typeof createByPut>[0],
  key: string,
  upload: Upload,
  signal: AbortSignal,
): Promise<{ readonly stored: IncomingHttpHeaders; readonly takesCondition: boolean }> {
  try {
    return { stored: await createByPut(place, key, { ...upload, conditional: true }, signal), takesCondition: true };
  } catch (error) {
    if (!(error instanceof S3Failure) || error.status !== 501) throw error;
    return { stored: await createByPut(place, key, { ...upload, conditional: false }, signal), takesCondition: false };
  }
}

/**
 * Says whether a write that must not succeed was refused for the right reason. A store that does not know the feature
 * either writes or refuses for another reason; one that denied it, after it had let us write, has not said: then the
 * feature is not relied on.
 * @throws what says nothing about the feature: time-outs, overload, expired credentials
 */
async function answerTo(write: Promise<unknown>, code: FailureCode): Promise<'refused' | 'done' | 'unknown'> {
  try {
    await write;
    return 'done';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === code) return 'refused';
    if (error.failureClass === 'skip' || error.code === 'target-denied') return 'unknown';
    throw error;
  }
}
