import { Failure } from '../../model/failure.ts';
import type { ContentHashes } from './content-hash.ts';
import type { EntityTag } from './entity-tag.ts';
import type { ObjectChecksum } from './object-checksum.ts';

/** What the source returned about its bytes. */
export type SourceValues = {
  readonly etag: EntityTag | undefined;
  readonly checksum: ObjectChecksum | undefined;
};

/**
 * How well the bytes we read are proved to be the source's:
 * `checksum`, `md5`, `multipart-etag`: that value of the source, computed again from our bytes, is the same;
 * `none`: the source returned nothing that could be computed again;
 * `mismatch`: it did, and our bytes are not those.
 */
export type SourceLeg = 'checksum' | 'md5' | 'multipart-etag' | 'none' | 'mismatch';

/** What of our own is comparable with a source's values. */
export type ComparableHashes = Pick<ContentHashes, 'md5' | 'sourceChecksum' | 'multipartEtags'>;

export function sourceLeg(source: SourceValues, bytes: ComparableHashes): SourceLeg {
  const { checksum, etag } = source;
  const computed = bytes.sourceChecksum;
  if (checksum?.type === 'full' && computed?.algorithm === checksum.algorithm) {
    return checksum.value === computed.value ? 'checksum' : 'mismatch';
  }
  if (etag?.kind === 'md5') return etag.value === bytes.md5 ? 'md5' : 'mismatch';
  // That no part size fits proves nothing: parts need not be equal.
  if (etag?.kind === 'multipart' && bytes.multipartEtags.includes(etag.value)) return 'multipart-etag';
  return 'none';
}

/** The bytes are not those that the source returned a value of: they are never stored, however often they come so. */
export function damagedSource(): Failure {
  return new Failure('The bytes that came are not those that the source has a checksum of.', {
    code: 'source-damaged-in-transit',
  });
}
