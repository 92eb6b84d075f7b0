import { networkFailure } from '../../exchange/network-failure.ts';
import type { OpenedSource } from '../../source/reader.ts';
import { tooLarge } from './checks.ts';
import type { StreamedCopy, StreamJob } from './job.ts';
import { streamLarge } from './large-file.ts';
import { streamSmall } from './small-file.ts';

/** S3 holds no larger object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LARGEST_OBJECT = 50 * 1024 ** 4;

/**
 * Copies a file by reading it once and writing it, whole from memory or in parts. Nothing appears in the target before
 * every byte has arrived and agrees with what the source says about itself.
 */
export async function streamCopy(job: StreamJob): Promise<StreamedCopy> {
  const { reader, location, request, parts, signal } = job;
  const most = Math.min(parts.maxBytes ?? LARGEST_OBJECT, LARGEST_OBJECT);
  return await parts.retries.run(async () => {
    let opened = await reader.open(location, request, 'small', signal);
    try {
      const { size } = opened;
      if (size !== undefined && size > most) throw tooLarge(size, most);
      if (size !== undefined && size < parts.threshold) return await streamSmall(job, opened, size);
      opened = await inLargeLane(job, opened);
      return await streamLarge(job, opened, most);
    } catch (error) {
      throw networkFailure('source', location.host, error);
    } finally {
      opened.body.cancel();
    }
  }, signal);
}

/** Keeps the read if the large lane has room now; otherwise nobody's connection is held while waiting for it. */
async function inLargeLane(job: StreamJob, opened: OpenedSource): Promise<OpenedSource> {
  if (opened.toLarge()) return opened;
  opened.body.cancel();
  return await job.reader.open(job.location, job.request, 'large', job.signal);
}
