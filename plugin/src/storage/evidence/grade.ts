import type { EvidenceGrade } from '@file-migration/config';
import type { SourceLeg, SourceValues } from './source-leg.ts';
import type { TargetLeg, TargetValues } from './target-leg.ts';
import type { ObjectChecksum } from './object-checksum.ts';

/**
 * The grade of a copy whose bytes passed through us: the weaker of the legs source → bytes and bytes → target.
 * Only values that a store returned count. Legs with a mismatch have no grade; they are failures.
 */
export function streamedEvidence(
  source: SourceValues,
  sourceLeg: Exclude<SourceLeg, 'mismatch'>,
  target: TargetValues,
  targetLeg: Exclude<TargetLeg, 'mismatch'>,
): EvidenceGrade {
  if (targetLeg === 'none') return 'E';
  if (sourceLeg === 'none') return 'D';
  if (sameFullChecksum(source.checksum, target.checksum)) return 'A';
  if (sourceLeg === 'md5' && sameMd5(source, target)) return 'B';
  return 'C';
}

/**
 * The grade of a copy that a store made within itself. A checksum that only the target returned proves nothing about
 * the source. The same multipart ETag on both sides means the same parts with the same MD5s: as good as C.
 */
export function serverSideEvidence(source: SourceValues, target: TargetValues): EvidenceGrade {
  if (sameFullChecksum(source.checksum, target.checksum)) return 'A';
  if (sameMd5(source, target)) return 'B';
  if (source.etag?.kind === 'multipart' && target.etag?.kind === 'multipart') {
    return source.etag.value === target.etag.value ? 'C' : 'E';
  }
  return 'E';
}

/** Says whether both sides returned comparable values that differ: the target is not a copy of the source. */
export function provablyDifferent(source: SourceValues, target: TargetValues): boolean {
  const { checksum: ours, etag } = source;
  const { checksum: theirs } = target;
  const comparable = ours?.type === 'full' && theirs?.type === 'full' && ours.algorithm === theirs.algorithm;
  if (comparable) return ours.value !== theirs.value;
  return etag?.kind === 'md5' && target.etag?.kind === 'md5' && etag.value !== target.etag.value;
}

function sameFullChecksum(source: ObjectChecksum | undefined, target: ObjectChecksum | undefined): boolean {
  return (
    source?.type === 'full' &&
    target?.type === 'full' &&
    source.algorithm === target.algorithm &&
    source.value === target.value
  );
}

function sameMd5({ etag: source }: SourceValues, { etag: target }: TargetValues): boolean {
  return source?.kind === 'md5' && target?.kind === 'md5' && source.value === target.value;
}
