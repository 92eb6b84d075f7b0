import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../model/failure.ts';
import type { ObjectFacts } from '../../model/object-facts.ts';
import { entityTagOfHeaders } from '../evidence/entity-tag.ts';
import type { TargetValues } from '../evidence/target-leg.ts';
import { checksumOfHeaders, formatChecksum } from '../evidence/object-checksum.ts';
import type { HotS3Client } from './hot-client.ts';

/** What facts are made of. */
export type DescribedObject = TargetValues & {
  /** Bytes. */
  readonly size: number;
  readonly versionId: string | undefined;
  readonly lastModifiedAt: number | undefined;
};

/** An object as the store described it in an answer's headers. */
export type StoredObject = DescribedObject & {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly storageClass: string | undefined;
  readonly partsCount: number | undefined;
  /** The user-defined metadata by name, without `x-amz-meta-`. */
  readonly metadata: (name: string) => string | undefined;
};

/** @throws Failure of class `retry` when the answer names no size */
export function storedObject(headers: IncomingHttpHeaders): StoredObject {
  const size = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(size)) {
    throw new Failure('The store did not say how large the object is.', {
      code: 'size-unknown',
    });
  }
  return { ...storedValues(headers), size };
}

/** What any answer about an object tells, also the one to a PUT. */
export function describedValues(headers: IncomingHttpHeaders): Omit<DescribedObject, 'size'> {
  return {
    etag: entityTagOfHeaders(headers),
    checksum: checksumOfHeaders(headers),
    versionId: versionOf(headers),
    lastModifiedAt: dateOf(headers['last-modified']),
  };
}

function storedValues(headers: IncomingHttpHeaders): Omit<StoredObject, 'size'> {
  const parts = one(headers['x-amz-mp-parts-count']);
  return {
    ...describedValues(headers),
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    storageClass: one(headers['x-amz-storage-class']),
    partsCount: parts === undefined ? undefined : Number(parts),
    metadata: (name) => one(headers[`x-amz-meta-${name}`]),
  };
}

/** What is under a key of a bucket, checksums included; undefined when there is nothing. */
export async function headObject(
  client: HotS3Client,
  key: string,
  signal: AbortSignal,
  versionId?: string,
): Promise<StoredObject | undefined> {
  const headers = await client.head(key, { lane: 'small', headers: CHECKSUM_MODE, versionId }, signal);
  return headers === undefined ? undefined : storedObject(headers);
}

/** Stores return checksums only when asked. */
export const CHECKSUM_MODE = { 'x-amz-checksum-mode': 'ENABLED' };

export function objectFacts(object: DescribedObject): ObjectFacts {
  return {
    size: object.size,
    ...(object.etag !== undefined && { etag: object.etag.value }),
    ...(object.versionId !== undefined && { versionId: object.versionId }),
    ...(object.checksum !== undefined && { checksum: formatChecksum(object.checksum) }),
    ...(object.lastModifiedAt !== undefined && { lastModifiedAt: object.lastModifiedAt }),
  };
}

/** Buckets without versioning say `null` or nothing. */
export function versionOf(headers: IncomingHttpHeaders): string | undefined {
  const version = one(headers['x-amz-version-id']);
  return version === 'null' || version === '' ? undefined : version;
}

export function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}

function one(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
