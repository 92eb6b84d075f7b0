import type { Copied } from '../../../model/copy-outcome.ts';
import type { CopyRequest } from '../../copy-result.ts';
import type { ContentHashPolicy } from '../../evidence/content-hash.ts';
import type { FileBuffers } from '../../limits/file-buffers.ts';
import type { RateLimit } from '../../limits/rate-limit.ts';
import type { RetryBudget } from '../../limits/retry.ts';
import type { SourceLocation } from '../../location/source-location.ts';
import type { SourceReader } from '../../source/reader.ts';
import type { TargetBucket } from '../../target/bucket.ts';

/** What all streaming copies share. */
export type StreamParts = {
  readonly target: TargetBucket;
  readonly retries: RetryBudget;
  readonly buffers: FileBuffers;
  readonly bandwidth: RateLimit | undefined;
  /** Bytes from which on a file is written in parts. */
  readonly threshold: number;
  readonly partBytes: number;
  readonly maxBytes: number | undefined;
  readonly contentHash: ContentHashPolicy;
};

/** One file on its way through us. */
export type StreamJob = {
  readonly parts: StreamParts;
  readonly reader: SourceReader;
  readonly location: SourceLocation;
  readonly request: CopyRequest;
  readonly signal: AbortSignal;
};

/** A copy before anybody has asked whether its evidence is good enough. */
export type StreamedCopy = Omit<Copied, 'verified'>;
