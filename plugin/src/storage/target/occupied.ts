import { createHash } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import type { CopyRequest } from '../copy-result.ts';
import { targetLeg, type ExpectedTarget, type TargetLeg } from '../evidence/target-leg.ts';
import type { TargetBucket } from './bucket.ts';
import { METADATA } from './headers.ts';
import { headObject, type StoredObject } from '../s3/stored-object.ts';

/** What an object must be to be ours. */
export type OurObject = {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  readonly expected: ExpectedTarget;
};

export type ResolvedObject = {
  readonly object: StoredObject;
  /** `read`: it returned nothing comparable, so its bytes were read and hashed. */
  readonly leg: Exclude<TargetLeg, 'mismatch' | 'none'> | 'read';
};

/**
 * Finds out what is under a key that should have been free: after a 412, or after an answer that was lost. It is ours
 * only if its metadata, its size and its content say so.
 * @throws Failure of class `skip`, code `target-occupied`; of class `retry` when nothing is there after all
 */
export async function resolveOccupiedKey(
  target: TargetBucket,
  request: CopyRequest,
  ours: OurObject,
  signal: AbortSignal,
): Promise<ResolvedObject> {
  const object = await headObject(target.client, request.key, signal);
  if (object === undefined) {
    throw new Failure('The target refused the write, but holds nothing under the key.', {
      code: 'target-state-unknown',
    });
  }
  if (!isOurCopy(target, request, object)) throw occupied('is not our copy of this document', request);
  if (object.size !== ours.size) throw occupied(`has ${object.size} bytes instead of ${ours.size}`, request);
  const leg = targetLeg(object, ours.expected);
  if (leg === 'mismatch') throw occupied('has other content', request);
  if (leg !== 'none') return { object, leg };
  const { sha256 } = await readAndHash(target, request.key, signal);
  if (sha256 !== ours.sha256) throw occupied('has other content', request);
  return { object, leg: 'read' };
}

/** Says whether an object's metadata name this organization, document and revision. */
export function isOurCopy(target: TargetBucket, request: CopyRequest, { metadata }: StoredObject): boolean {
  return (
    metadata(METADATA.organization) === target.organizationId &&
    metadata(METADATA.document) === request.document &&
    metadata(METADATA.revision) === String(request.revision)
  );
}

/** Reads an object of the target and hashes it. */
export async function readAndHash(
  target: TargetBucket,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const answer = await target.client.get(key, { lane: 'large' }, signal);
  const hash = createHash('sha256');
  const size = await answer.body.drain((bytes) => hash.update(bytes));
  return { sha256: hash.digest('hex'), size };
}

export function occupied(why: string, { key }: CopyRequest): Failure {
  return new Failure(`The target already holds an object under the key, which ${why}: ${key}`, {
    code: 'target-occupied',
    actions: ['Find out who wrote the object; nothing is ever overwritten.'],
  });
}
