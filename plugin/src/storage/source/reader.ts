import type { Lane } from '../limits/adaptive-limit.ts';
import type { OnChunk } from '@file-migration/http/response-body';
import type { CopyRequest } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { EntityTag } from '../evidence/entity-tag.ts';
import type { ObjectChecksum } from '../evidence/object-checksum.ts';
import type { SourceLocation } from '../location/source-location.ts';

/** One method of reading a source's bytes through us. What a method lacks is declared, not discovered by failing. */
export type SourceReader = {
  readonly method: Exclude<CopyMethod, 'server-side-copy'>;
  readonly can: {
    /** A second read can be pinned to what the first one saw, so a broken read goes on where it broke. */
    readonly conditionalReads: boolean;
    /** A version named in the URL is read, not the newest one. */
    readonly versions: boolean;
    /** The store returns checksums of what it keeps. */
    readonly checksums: boolean;
  };
  /** Whether the method could read this at all, without any request. */
  appliesTo(location: SourceLocation, request: CopyRequest): boolean;
  /**
   * Opens the source at a moment when its bytes are wanted.
   * @param lane the large one, once the file is known to be large
   * @throws Failure: `skip` when it is missing, denied, archived or not what this method can read; `retry`; `stop`; `pause`
   */
  open(location: SourceLocation, request: CopyRequest, lane: Lane, signal: AbortSignal): Promise<OpenedSource>;
};

export type OpenedSource = {
  /** Bytes; undefined when the server did not say. */
  readonly size: number | undefined;
  readonly etag: EntityTag | undefined;
  readonly versionId: string | undefined;
  readonly checksum: ObjectChecksum | undefined;
  /** Milliseconds since 1970. */
  readonly lastModifiedAt: number | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** With which the source may have been uploaded, when it has a multipart ETag; the likeliest first. */
  readonly partSizes: readonly number[];
  readonly body: SourceBody;
  /** Moves the read to the large lane; false when that is full and the source is to be opened again there. */
  toLarge(): boolean;
};

/** Read once, into memory of the reader's or to be looked at only; a body that ends early throws a Failure of class `retry`. */
export type SourceBody = {
  /**
   * Reads until the memory is full or the file has ended, and answers how many bytes were read; fewer than there is room
   * for mean the end.
   * @param tap sees the bytes as they arrive
   */
  fill(memory: Buffer, tap?: OnChunk): Promise<number>;
  /** Shows all bytes to `onlooker`, keeps none, and answers how many there were. */
  drain(onlooker: OnChunk): Promise<number>;
  /** Whether all has been read. */
  ended(): Promise<boolean>;
  /** Reads the whole and answers how many bytes there were; more than fit are an HttpError `long-body`. */
  into(memory: Buffer, tap?: OnChunk): Promise<number>;
  cancel(): void;
};
