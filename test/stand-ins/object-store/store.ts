import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFileBlobs, createMemoryBlobs, filesOf, isGenerated, type Blobs, type Content } from './blobs.ts';
import {
  Bucket,
  isDeleteMarker,
  type Entry,
  type ObjectVersion,
  type Part,
  type Upload,
  type Versioning,
} from './bucket.ts';
import { noJournal, openJournal, type Change, type Journal, type UploadRecord } from './journal.ts';
import type { BucketOptions } from './options.ts';

/** Facts of a version before the store gives it an id and a time. */
export type NewVersion = Omit<ObjectVersion, 'versionId' | 'lastModified'> & { readonly lastModified?: number };

/**
 * What the store holds, and the only place that changes it. Every change is one synchronous step: journal first, then
 * the index, so that two requests never see or make half of one, and a killed process never leaves half of one.
 */
export class Store {
  readonly buckets = new Map<string, Bucket>();
  readonly blobs: Blobs;
  readonly clock: () => Date;
  readonly #journal: Journal;

  /** Opens the folder `data` with what it held before; without one everything is in memory. */
  constructor(data: string | undefined, clock: () => Date) {
    this.clock = clock;
    this.#journal = data === undefined ? noJournal : openJournal(data);
    for (const change of this.#journal.read()) this.#apply(change);
    this.#journal.restart(this.#state());
    if (data === undefined) {
      this.blobs = createMemoryBlobs();
    } else {
      const folder = join(data, 'contents');
      mkdirSync(folder, { recursive: true });
      this.blobs = createFileBlobs(folder, this.#files());
    }
  }

  now(): number {
    return this.clock().getTime();
  }

  createBucket(options: BucketOptions, region: string): Bucket {
    this.#change({ change: 'bucket', options, region, created: this.now() });
    return this.#bucket(options.name);
  }

  deleteBucket(bucket: Bucket): void {
    this.#change({ change: 'bucket-gone', bucket: bucket.name });
  }

  setVersioning(bucket: Bucket, versioning: Versioning): void {
    this.#change({ change: 'versioning', bucket: bucket.name, versioning });
  }

  /** Stores a version as the newest of its key. */
  put(bucket: Bucket, key: string, facts: NewVersion): ObjectVersion {
    const version = { ...facts, versionId: newVersionId(bucket), lastModified: facts.lastModified ?? this.now() };
    this.#change({ change: 'put', bucket: bucket.name, key, entry: version });
    return version;
  }

  /** Replaces what is known of a version: its restore state or tags. */
  amend(bucket: Bucket, key: string, entry: ObjectVersion): void {
    this.#change({ change: 'amend', bucket: bucket.name, key, entry });
  }

  /**
   * Deletes as S3 does: a given version for good; else, in a bucket with versions, by a delete marker.
   * Returns what was removed or added, undefined when there was nothing to do.
   */
  delete(bucket: Bucket, key: string, versionId: string | undefined): Entry | undefined {
    if (versionId !== undefined || bucket.versioning === undefined) {
      const entry = bucket.version(key, versionId ?? 'null');
      if (entry === undefined) return undefined;
      this.#change({ change: 'remove', bucket: bucket.name, key, versionId: entry.versionId });
      return entry;
    }
    const marker = { versionId: newVersionId(bucket), lastModified: this.now(), deleted: true as const };
    this.#change({ change: 'put', bucket: bucket.name, key, entry: marker });
    return marker;
  }

  startUpload(bucket: Bucket, facts: Omit<UploadRecord, 'id' | 'initiated'>): Upload {
    const upload = { ...facts, id: randomBytes(24).toString('base64url'), initiated: this.now() };
    this.#change({ change: 'upload', bucket: bucket.name, upload });
    const started = bucket.uploads.get(upload.id);
    if (started === undefined) throw new Error('an upload was not kept');
    return started;
  }

  putPart(bucket: Bucket, uploadId: string, part: Part): void {
    this.#change({ change: 'part', bucket: bucket.name, uploadId, part });
  }

  /** Ends an upload; `keep` names the contents that live on in an object. */
  endUpload(bucket: Bucket, upload: Upload, keep: ReadonlySet<Content> = new Set()): void {
    this.#change({ change: 'upload-gone', bucket: bucket.name, uploadId: upload.id });
    for (const { content } of upload.parts.values()) if (!keep.has(content)) this.blobs.release(content);
  }

  close(): void {
    this.#journal.close();
  }

  #bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Error(`no bucket ${name}`);
    return bucket;
  }

  #change(change: Change): void {
    if (canBeKept(change)) this.#journal.append(change);
    const gone = this.#apply(change);
    if (gone !== undefined) this.blobs.release(gone);
  }

  /** Returns the content that nobody refers to any more. */
  #apply(change: Change): Content | undefined {
    switch (change.change) {
      case 'bucket':
        this.buckets.set(change.options.name, new Bucket(change.options, change.region, change.created));
        return undefined;
      case 'bucket-gone':
        this.buckets.delete(change.bucket);
        return undefined;
      case 'versioning':
        this.#bucket(change.bucket).versioning = change.versioning;
        return undefined;
      case 'put': {
        const bucket = this.#bucket(change.bucket);
        if (isDeleteMarker(change.entry)) bucket.countDeletion(change.key);
        return contentOf(bucket.put(change.key, change.entry));
      }
      case 'amend':
        this.#bucket(change.bucket).amend(change.key, change.entry);
        return undefined;
      case 'remove':
        return contentOf(this.#bucket(change.bucket).remove(change.key, change.versionId));
      case 'upload':
        this.#bucket(change.bucket).uploads.set(change.upload.id, { ...change.upload, parts: new Map() });
        return undefined;
      case 'part': {
        const parts = this.#bucket(change.bucket).uploads.get(change.uploadId)?.parts;
        const replaced = parts?.get(change.part.number);
        parts?.set(change.part.number, change.part);
        return replaced?.content;
      }
      case 'upload-gone':
        this.#bucket(change.bucket).uploads.delete(change.uploadId);
        return undefined;
    }
  }

  *#state(): Generator<Change> {
    for (const bucket of this.buckets.values()) {
      const name = bucket.name;
      yield { change: 'bucket', options: bucket.options, region: bucket.region, created: bucket.created };
      yield { change: 'versioning', bucket: name, versioning: bucket.versioning };
      for (const key of bucket.keysFrom('')) {
        for (const entry of bucket.versions(key).toReversed()) yield { change: 'put', bucket: name, key, entry };
      }
      for (const { parts, ...upload } of bucket.uploads.values()) {
        yield { change: 'upload', bucket: name, upload };
        for (const part of parts.values()) yield { change: 'part', bucket: name, uploadId: upload.id, part };
      }
    }
  }

  #files(): Set<string> {
    const files = new Set<string>();
    for (const change of this.#state()) {
      const content =
        change.change === 'part' ? change.part.content : change.change === 'put' ? contentOf(change.entry) : undefined;
      if (content !== undefined) for (const file of filesOf(content)) files.add(file);
    }
    return files;
  }
}

const contentOf = (entry: Entry | undefined): Content | undefined =>
  entry === undefined || isDeleteMarker(entry) ? undefined : entry.content;

function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}

/** Generated bytes cannot be written down: who seeded them seeds them again after a restart. */
function canBeKept(change: Change): boolean {
  if (change.change !== 'put' && change.change !== 'amend') return true;
  return isDeleteMarker(change.entry) || !isGenerated(change.entry.content);
}
