import type { Checksum, ChecksumName, ChecksumType } from './checksums.ts';
import type { Content } from './blobs.ts';
import type { BucketOptions } from './options.ts';
import { SortedKeys } from './sorted-keys.ts';

/** Headers that are kept with an object and given back with it, by lower-case name: content-type, x-amz-meta-…. */
export type KeptHeaders = Readonly<Record<string, string>>;

export type PartFacts = { readonly number: number; readonly size: number; readonly checksum?: string };

export type Encryption = { readonly kmsKeyId?: string; readonly bucketKey?: boolean };

export type ArchiveStatus = 'ARCHIVE_ACCESS' | 'DEEP_ARCHIVE_ACCESS';

/** What an upload says about its object besides the bytes. */
export type UploadFacts = {
  readonly headers: KeptHeaders;
  readonly storageClass: string;
  /** URL-encoded pairs, as in x-amz-tagging. */
  readonly tags?: string;
  /** Absent when the store keeps the object unencrypted. */
  readonly encryption?: Encryption;
};

/** One version of an object. */
export type ObjectVersion = UploadFacts & {
  readonly versionId: string;
  readonly lastModified: number;
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly parts?: readonly PartFacts[];
  /** Nobody may read it, as an object that another account owns and grants to nobody. */
  readonly denied?: true;
  /** Names of its annotations, which CopyObject copies by default. */
  readonly annotations?: readonly string[];
  /** The archive tier that an object of INTELLIGENT_TIERING has moved to. */
  readonly archiveStatus?: ArchiveStatus;
  /** Milliseconds since 1970 from and until which an archived object can be read. */
  readonly restored?: { readonly from: number; readonly until: number };
  readonly content: Content;
};

export type DeleteMarker = { readonly versionId: string; readonly lastModified: number; readonly deleted: true };

export type Entry = ObjectVersion | DeleteMarker;

export const isDeleteMarker = (entry: Entry): entry is DeleteMarker => 'deleted' in entry;

export type Part = PartFacts & { readonly etag: string; readonly lastModified: number; readonly content: Content };

/** A multipart upload under way: what its object will be, and the parts so far. */
export type Upload = {
  readonly id: string;
  readonly key: string;
  readonly initiated: number;
  readonly initiator: string;
  readonly facts: UploadFacts;
  readonly checksumName?: ChecksumName;
  readonly checksumType?: ChecksumType;
  readonly parts: Map<number, Part>;
};

/** What became of an upload, for a client that did not hear the answer. */
export type CompletedUpload = { readonly key: string; readonly version: ObjectVersion };

export type Versioning = 'Enabled' | 'Suspended' | undefined;

/** A bucket's index: versions by key, newest first, and the uploads under way. */
export class Bucket {
  readonly options: BucketOptions;
  readonly region: string;
  readonly created: number;
  readonly uploads = new Map<string, Upload>();
  /** By upload id; forgotten at a restart. */
  readonly completed = new Map<string, CompletedUpload>();
  versioning: Versioning;
  readonly #entries = new Map<string, Entry[]>();
  readonly #keys = new SortedKeys((key) => !this.#entries.has(key));
  /** Deletions so far by key: a conditional write that saw another number answers 409. */
  readonly #deletions = new Map<string, number>();

  constructor(options: BucketOptions, region: string, created: number) {
    this.options = options;
    this.region = region;
    this.created = created;
    this.versioning = options.versioning;
  }

  get name(): string {
    return this.options.name;
  }

  get isPublic(): boolean {
    return this.options.public === 'read';
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** The newest entry of a key: a version, a delete marker, or nothing. */
  newest(key: string): Entry | undefined {
    return this.#entries.get(key)?.[0];
  }

  /** The object as GET without a version sees it. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.newest(key);
    return newest === undefined || isDeleteMarker(newest) ? undefined : newest;
  }

  version(key: string, versionId: string): Entry | undefined {
    return this.#entries.get(key)?.find((entry) => entry.versionId === versionId);
  }

  /** All entries of a key, newest first. */
  versions(key: string): readonly Entry[] {
    return this.#entries.get(key) ?? [];
  }

  deletions(key: string): number {
    return this.#deletions.get(key) ?? 0;
  }

  /** Makes an entry the newest of its key; returns the one that had the same version id and is now gone. */
  put(key: string, entry: Entry): Entry | undefined {
    const entries = this.#entries.get(key);
    if (entries === undefined) {
      this.#entries.set(key, [entry]);
      this.#keys.add(key);
      return undefined;
    }
    const same = entries.findIndex(({ versionId }) => versionId === entry.versionId);
    const replaced = same < 0 ? undefined : entries.splice(same, 1)[0];
    entries.unshift(entry);
    return replaced;
  }

  /** Replaces what an entry says without making it the newest. */
  amend(key: string, entry: Entry): void {
    const entries = this.#entries.get(key) ?? [];
    const same = entries.findIndex(({ versionId }) => versionId === entry.versionId);
    if (same >= 0) entries[same] = entry;
  }

  remove(key: string, versionId: string): Entry | undefined {
    const entries = this.#entries.get(key) ?? [];
    const same = entries.findIndex((entry) => entry.versionId === versionId);
    if (same < 0) return undefined;
    this.countDeletion(key);
    const [removed] = entries.splice(same, 1);
    if (entries.length === 0) this.#entries.delete(key);
    return removed;
  }

  countDeletion(key: string): void {
    this.#deletions.set(key, this.deletions(key) + 1);
  }

  /** Keys in byte order, from the first not below `from`. Includes keys whose newest entry is a delete marker. */
  keysFrom(from: string): Generator<string> {
    return this.#keys.from(from);
  }
}
