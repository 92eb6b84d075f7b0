import { createHash } from 'node:crypto';
import { concatenate, generatedContent, memoryContent, slice, type Content } from './blobs.ts';
import {
  isDeleteMarker,
  type ArchiveStatus,
  type Bucket,
  type KeptHeaders,
  type ObjectVersion,
  type PartFacts,
} from './bucket.ts';
import { createDigest, type Checksum, type ChecksumName } from './checksums.ts';
import { multipartEtag } from './operations/multipart.ts';
import type { Store } from './store.ts';

/** Bytes now, or a function that makes the same bytes whenever somebody reads them. */
export type SeedBytes =
  | { readonly bytes: Uint8Array | string }
  | {
      readonly generate: () => Buffer;
      /** Known size and ETag save generating the bytes at seeding; both or neither. */
      readonly known?: { readonly size: number; readonly etag: string };
    };

export type SeedObject = SeedBytes & {
  readonly contentType?: string;
  /** Other headers to keep, by lower-case name: `content-encoding`, `x-amz-meta-…`. */
  readonly headers?: KeptHeaders;
  readonly storageClass?: string;
  readonly lastModified?: Date;
  /** `none` as objects from before 2025 that were uploaded without one. Default: the store's default checksum. */
  readonly checksum?: ChecksumName | 'none';
  /** The ETag of a multipart upload with parts of so many bytes. */
  readonly partBytes?: number;
  /** URL-encoded pairs. */
  readonly tags?: string;
  /** Nobody may read it, whatever rights they have in the bucket. */
  readonly denied?: boolean;
  /** Names of annotations. */
  readonly annotations?: readonly string[];
  /** With the class INTELLIGENT_TIERING: the archive tier it has moved to. */
  readonly archiveStatus?: ArchiveStatus;
  readonly kmsKeyId?: string;
};

/** What an auditor sees of an object. */
export type ObjectFacts = {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string;
  readonly lastModified: Date;
  readonly headers: KeptHeaders;
  readonly storageClass: string;
  readonly tags: string | undefined;
  readonly annotations: readonly string[];
  readonly checksum: Checksum | undefined;
};

/** Seeding and auditing without HTTP, signature or fault. */
export type DirectAccess = {
  /** Puts an object, over one that is there. Throws for an unknown bucket. */
  seed(bucket: string, key: string, object: SeedObject): ObjectFacts;
  find(bucket: string, key: string): ObjectFacts | undefined;
  /** The object's bytes; throws when there is none. */
  read(bucket: string, key: string): Buffer;
  /** Current objects in byte order of their keys. */
  list(bucket: string, prefix?: string): Generator<ObjectFacts>;
  /** Removes all versions of a key; false when there was none. */
  remove(bucket: string, key: string): boolean;
  /** Uploads that were started and neither completed nor aborted. */
  unfinishedUploads(bucket: string): { readonly key: string; readonly uploadId: string; readonly parts: number }[];
};

export function createDirectAccess(store: Store, defaultChecksum: ChecksumName | 'none'): DirectAccess {
  function bucketOf(name: string): Bucket {
    const bucket = store.buckets.get(name);
    if (bucket === undefined) throw new Error(`The object store has no bucket ${name}.`);
    return bucket;
  }
  return {
    seed(name, key, object) {
      const bucket = bucketOf(name);
      const { content, etag, parts, bytes } = prepare(object);
      const wanted = object.checksum ?? defaultChecksum;
      const checksum = wanted === 'none' || bytes === undefined ? undefined : checksumOf(bytes, wanted);
      const version = store.put(bucket, key, {
        content: 'bytes' in object ? store.blobs.share(content) : content,
        etag,
        headers: {
          ...object.headers,
          ...(object.contentType === undefined ? {} : { 'content-type': object.contentType }),
        },
        storageClass: object.storageClass ?? 'STANDARD',
        encryption: object.kmsKeyId === undefined ? {} : { kmsKeyId: object.kmsKeyId, bucketKey: true },
        ...(object.annotations === undefined ? {} : { annotations: object.annotations }),
        ...(object.archiveStatus === undefined ? {} : { archiveStatus: object.archiveStatus }),
        ...(object.lastModified === undefined ? {} : { lastModified: object.lastModified.getTime() }),
        ...(object.tags === undefined ? {} : { tags: object.tags }),
        ...(object.denied === true ? { denied: true } : {}),
        ...(parts === undefined ? {} : { parts }),
        ...(checksum === undefined ? {} : { checksum }),
      });
      return factsOf(key, version);
    },
    find(name, key) {
      const version = bucketOf(name).current(key);
      return version === undefined ? undefined : factsOf(key, version);
    },
    read(name, key) {
      const version = bucketOf(name).current(key);
      if (version === undefined) throw new Error(`The object store has no object ${name}/${key}.`);
      return Buffer.concat([...store.blobs.read(version.content, 0, version.content.size)]);
    },
    *list(name, prefix = '') {
      const bucket = bucketOf(name);
      for (const key of bucket.keysFrom(prefix)) {
        if (!key.startsWith(prefix)) return;
        const version = bucket.current(key);
        if (version !== undefined) yield factsOf(key, version);
      }
    },
    remove(name, key) {
      const bucket = bucketOf(name);
      const entries = [...bucket.versions(key)];
      for (const { versionId } of entries) store.delete(bucket, key, versionId);
      return entries.some((entry) => !isDeleteMarker(entry));
    },
    unfinishedUploads: (name) =>
      [...bucketOf(name).uploads.values()].map(({ key, id, parts }) => ({ key, uploadId: id, parts: parts.size })),
  };
}

function factsOf(key: string, version: ObjectVersion): ObjectFacts {
  const { etag, versionId, headers, storageClass, tags, annotations = [], checksum, content } = version;
  const lastModified = new Date(version.lastModified);
  return { key, size: content.size, etag, versionId, lastModified, headers, storageClass, tags, annotations, checksum };
}

type Prepared = {
  readonly content: Content;
  readonly etag: string;
  readonly parts: readonly PartFacts[] | undefined;
  readonly bytes: Buffer | undefined;
};

function prepare(object: SeedObject): Prepared {
  if ('generate' in object && object.known !== undefined) {
    const { size, etag } = object.known;
    return { content: generatedContent(object.generate, size), etag, parts: undefined, bytes: undefined };
  }
  const bytes = 'bytes' in object ? Buffer.from(object.bytes) : object.generate();
  const content = 'bytes' in object ? memoryContent(bytes) : generatedContent(object.generate, bytes.length);
  if (object.partBytes === undefined) return { content, bytes, etag: md5(bytes), parts: undefined };
  const ranges: [start: number, end: number][] = [];
  for (let at = 0; at < Math.max(bytes.length, 1); at += object.partBytes) {
    ranges.push([at, Math.min(at + object.partBytes, bytes.length)]);
  }
  return {
    content: concatenate(ranges.map(([start, end]) => slice(content, start, end))),
    bytes,
    etag: multipartEtag(ranges.map(([start, end]) => ({ etag: md5(bytes.subarray(start, end)) }))),
    parts: ranges.map(([start, end], index) => ({ number: index + 1, size: end - start })),
  };
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

function checksumOf(bytes: Buffer, name: ChecksumName): Checksum {
  const digest = createDigest(name);
  digest.update(bytes);
  return { name, value: digest.base64(), type: 'FULL_OBJECT' };
}
