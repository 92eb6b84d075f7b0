import type { EntityTag } from './entity-tag.ts';
import type { ObjectChecksum } from './object-checksum.ts';

/** What the target returned about the object. */
export type TargetValues = {
  readonly etag: EntityTag | undefined;
  readonly checksum: ObjectChecksum | undefined;
};

/** What the target must return if it stored our bytes, computed from them. */
export type ExpectedTarget = {
  /** Full, and composite ones of the parts as we cut them. */
  readonly checksums: readonly ObjectChecksum[];
  /** The MD5, or the multipart ETag of the parts as we cut them. */
  readonly etag: string;
};

/**
 * How well the target is proved to hold our bytes: by its checksum, or where it returns none by its ETag; `none`: it
 * returned nothing comparable; `mismatch`: it holds something else.
 */
export type TargetLeg = 'checksum' | 'etag' | 'none' | 'mismatch';

export function targetLeg(target: TargetValues, expected: ExpectedTarget): TargetLeg {
  const { checksum, etag } = target;
  const ours = expected.checksums.find(
    ({ algorithm, type }) => algorithm === checksum?.algorithm && type === checksum.type,
  );
  if (checksum !== undefined && ours !== undefined) return checksum.value === ours.value ? 'checksum' : 'mismatch';
  if (etag === undefined || etag.kind === 'opaque') return 'none';
  if (etag.value === expected.etag) return 'etag';
  // An MD5 that is not ours is another content; another multipart ETag may only be cut otherwise.
  return etag.kind === 'md5' && !expected.etag.includes('-') ? 'mismatch' : 'none';
}
