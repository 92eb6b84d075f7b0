import { concurrently } from '../../../async/concurrently.ts';
import { Failure } from '../../../model/failure.ts';
import type { FailureCode } from '../../../model/failure-codes.ts';
import { asSourceFailure, copySource, type CopySource, type ServerSideJob } from './job.ts';
import { strongEtag } from '../../evidence/entity-tag.ts';
import { combinableAlgorithm } from '../../evidence/object-checksum.ts';
import { partSizeCandidates } from '../../evidence/multipart-etag.ts';
import { smallXml } from '../../s3/xml.ts';
import type { ObjectDescription } from '../../target/headers.ts';
import { abortUpload, completeUpload, createUpload } from '../../target/multipart.ts';
import { headObject, type StoredObject } from '../../s3/stored-object.ts';

const MIB = 1024 * 1024;
/** UploadPartCopy takes parts from 5 MiB to 5 GiB. */
const LEAST_PART = 5 * MIB;
const MOST_PART = 5 * 1024 * MIB;
/** For sources that were not uploaded in parts; copies of this size take seconds, and few are lost by a break. */
const USUAL_PART = 256 * MIB;
const PARALLEL_PARTS = 8;
const PART_TIMEOUT_MS = 10 * 60_000;

/**
 * Copies within the store part by part, cut as the source was: then both have the same multipart ETag. Multipart
 * copies carry nothing over, so the description is given again.
 * @returns `refused` when what lies in the target decides how it went
 */
export async function copyInParts(
  job: ServerSideJob,
  source: CopySource,
  description: ObjectDescription,
  partBytes = USUAL_PART,
): Promise<StoredObject | 'refused'> {
  const { target, request, retries, signal } = job;
  const { size } = source.object;
  const pinned = strongEtag(source.object.etag);
  // only the source's own algorithm, over the whole object, can be compared with what the source has
  const algorithm = combinableAlgorithm(source.object.checksum);
  const uploadId = await createUpload(target, request.key, { description, checksum: algorithm }, signal);
  const etags: string[] = [];
  try {
    const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index + 1);
    await concurrently(numbers, { atOnce: PARALLEL_PARTS }, async (number) => {
      const start = (number - 1) * partBytes;
      const headers = {
        'x-amz-copy-source': copySource(job.location, source.key),
        'x-amz-copy-source-range': `bytes=${start}-${Math.min(size, start + partBytes) - 1}`,
        ...(pinned !== undefined && { 'x-amz-copy-source-if-match': pinned }),
      };
      const query = { partNumber: String(number), uploadId };
      const copyPart = (): ReturnType<typeof target.client.copy> =>
        target.client.copy(request.key, { headers, query, timeoutMs: PART_TIMEOUT_MS }, signal);
      const { xml } = await retries.run(copyPart, signal);
      etags[number - 1] = partEtag(xml);
    });
    const parts = etags.map((value, index) => ({ PartNumber: index + 1, ETag: value }));
    await completeUpload(target, { key: request.key, uploadId }, parts, signal);
  } catch (error) {
    await abortUpload(target, request.key, uploadId);
    if (error instanceof Failure && RESOLVED_BY_LOOKING.has(error.code)) return 'refused';
    throw asSourceFailure(error);
  }
  const object = await headObject(target.client, request.key, signal);
  if (object !== undefined) return object;
  throw new Failure('The copy is gone right after it was made.', { code: 'target-state-unknown' });
}

const RESOLVED_BY_LOOKING: ReadonlySet<FailureCode> = new Set(['target-precondition-failed', 'target-upload-gone']);

/**
 * The size of the source's own parts: from the store where it tells, else the likeliest one. Undefined when none can be
 * used for a copy.
 */
export async function sourcePartSize(job: ServerSideJob, { key, object }: CopySource): Promise<number | undefined> {
  const { size, etag, versionId } = object;
  if (etag?.kind !== 'multipart' || size === 0) return undefined;
  const first = await job.clients
    .withSourceAsTarget(job.location, (client) =>
      client.head(key, { lane: 'small', versionId, partNumber: 1 }, job.signal),
    )
    .catch(() => undefined);
  const told = Number(first?.['content-length'] ?? size);
  const bytes = Math.ceil(size / told) === etag.parts ? told : partSizeCandidates(size, etag.parts)[0];
  if (bytes === undefined || bytes > MOST_PART) return undefined;
  return bytes >= LEAST_PART || bytes === size ? bytes : undefined;
}

/** RGW leaves out the quotes; S3 wants them back as it gave them. */
function partEtag(xml: string): string {
  const etag = smallXml(xml).get('ETag');
  if (etag !== undefined) return etag.startsWith('"') ? etag : `"${etag}"`;
  throw new Failure('The answer to UploadPartCopy names no ETag.', {
    code: 'target-server-error',
  });
}
