import { lookup } from 'mime-types';
import { createDraw, createUuids } from './draw.ts';
import { fileSizes } from './file-sizes.ts';
import { formatOf } from './files/formats.ts';
import type { SourceKind, SourceObject, Sizes } from './records.ts';

export type ObjectPlace = {
  /** Names the object. Numbers of replacements lie beyond those of the population. */
  readonly number: number;
  /** Decides size and bytes: the same content number and type are the same bytes. */
  readonly content: number;
  readonly kind: SourceKind;
  /** What the file is, as an extension with its dot. */
  readonly type: string;
  readonly lastModified: number;
};

export type SourceObjects = {
  object(place: ObjectPlace): SourceObject;
  identifier(number: number): string;
  url(number: number): string;
};

export type ObjectOptions = {
  readonly seed: number;
  readonly sizes: Sizes;
  readonly vendorBucket: string;
  readonly tenant: string;
};

/** Since then S3 computes a checksum for every upload that brings none. */
const CHECKSUMS_SINCE = Date.UTC(2024, 11, 1);
const PART = 8 * 2 ** 20;

/** The vendor's bucket: keys that tell nothing, types that are mostly wrong, checksums only on young objects. */
export function createSourceObjects({ seed, sizes, vendorBucket, tenant }: ObjectOptions): SourceObjects {
  const draw = createDraw(seed, 'object');
  const uuid = createUuids(seed, 'object');
  const token = createUuids(seed, 'content');
  const wantedSizes = fileSizes(seed, sizes);
  const keyOf = (number: number) => `${tenant}-pdf-manager/${uuid(number)}`;

  return {
    identifier: uuid,
    url: (number) => `https://${vendorBucket}.s3.us-west-2.amazonaws.com/${keyOf(number)}`,
    object({ number, content, kind, type, lastModified }) {
      const format = formatOf(type);
      const wanted = kind === 'large' ? wantedSizes.large(content) : wantedSizes.wanted(content);
      const size = kind === 'empty' ? 0 : Math.max(format.smallest, wanted);
      return {
        bucket: vendorBucket,
        key: keyOf(number),
        identifier: uuid(number),
        size,
        contentType: contentType(type, draw(number, 0)),
        storageClass: kind === 'archived' ? archiveClass(draw(number, 1)) : 'STANDARD',
        lastModified: new Date(lastModified),
        access: kind === 'denied' ? 'denied' : 'readable',
        partBytes: size > PART || draw(number, 2) < 0.02 ? PART : null,
        checksum: checksum(lastModified, draw(number, 3)),
        bytes: () => (size === 0 ? Buffer.alloc(0) : format.write(size, token(content))),
      };
    },
  };
}

function contentType(type: string, drawn: number): string {
  if (drawn < 0.7) return 'application/octet-stream';
  if (drawn < 0.75) return 'binary/octet-stream';
  const known = lookup(type);
  return known === false ? 'application/octet-stream' : known;
}

function archiveClass(drawn: number): SourceObject['storageClass'] {
  return drawn < 0.8 ? 'GLACIER' : 'DEEP_ARCHIVE';
}

function checksum(lastModified: number, drawn: number): SourceObject['checksum'] {
  if (lastModified < CHECKSUMS_SINCE) return null;
  if (drawn < 0.6) return 'CRC64NVME';
  return drawn < 0.65 ? 'SHA256' : null;
}
