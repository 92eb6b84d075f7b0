import { lookup } from 'mime-types';
import { createDraw, createUuids } from './draw.ts';
import { fileSizes } from './file-sizes.ts';
import { formatOf } from './files/formats.ts';
import type { SourceKind, SourceObject, Sizes } from './records.ts';

export type ObjectPlace = {
  readonly identifier: string;
  /** Decides size and bytes: the same content number and type are the same bytes. */
  readonly content: number;
  readonly kind: SourceKind;
  /** What the file is, as an extension with its dot. */
  readonly type: string;
  readonly lastModified: number;
};

export type SourceObjects = {
  object(place: ObjectPlace): SourceObject;
  /** Of the object with this number; those of replacements lie beyond the population's. */
  identifier(number: number): string;
  url(identifier: string): string;
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
  const token = createUuids(seed, 'content');
  const wantedSizes = fileSizes(seed, sizes);
  const keyOf = (identifier: string) => `${tenant}-pdf-manager/${identifier}`;

  return {
    identifier: createUuids(seed, 'object'),
    url: (identifier) => `https://${vendorBucket}.s3.us-west-2.amazonaws.com/${keyOf(identifier)}`,
    object({ identifier, content, kind, type, lastModified }) {
      const format = formatOf(type);
      const wanted = kind === 'large' ? wantedSizes.large(content) : wantedSizes.wanted(content);
      const size = kind === 'empty' ? 0 : Math.max(format.smallest, wanted);
      return {
        bucket: vendorBucket,
        key: keyOf(identifier),
        identifier,
        size,
        contentType: contentType(type, draw(content, 0)),
        storageClass: kind === 'archived' ? archiveClass(draw(content, 1)) : 'STANDARD',
        lastModified: new Date(lastModified),
        access: kind === 'denied' ? 'denied' : 'readable',
        partBytes: size > PART || draw(content, 2) < 0.02 ? PART : null,
        checksum: checksum(lastModified, draw(content, 3)),
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
