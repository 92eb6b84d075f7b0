import { atLeast, awsPartition, type EvidenceGrade } from '@file-migration/config';
import { lookup } from 'mime-types';
import { Failure } from '../../../model/failure.ts';
import { entityTag, strongEtag } from '../../evidence/entity-tag.ts';
import { provablyDifferent, serverSideEvidence } from '../../evidence/grade.ts';
import { combinableAlgorithm, strongest } from '../../evidence/object-checksum.ts';
import type { TargetCapabilities } from '../../survey-facts.ts';
import type { HotS3Client } from '../../s3/hot-client.ts';
import { smallXml } from '../../s3/xml.ts';
import { asSourceFailure, copySource, type CopySource, type ServerSideJob } from './job.ts';
import { copyInParts, sourcePartSize } from './parts.ts';
import { withAnyKey } from '../../source/s3-reader.ts';
import { parseAmazonHost } from '../../location/amazon-host.ts';
import { endpointOrigin } from '../../location/endpoint-origin.ts';
import type { S3Location, SourceLocation } from '../../location/source-location.ts';
import type { StreamedCopy } from '../stream/job.ts';
import { tooLarge } from '../stream/checks.ts';
import type { TargetBucket } from '../../target/bucket.ts';
import { describeObject, descriptionHeaders, type ObjectDescription } from '../../target/headers.ts';
import {
  dateOf,
  headObject,
  objectFacts,
  versionOf,
  type DescribedObject,
  type StoredObject,
} from '../../s3/stored-object.ts';
import { isOurCopy, occupied } from '../../target/occupied.ts';

/** CopyObject takes no more: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const LARGEST_COPY = 5 * 1024 ** 3;
/** A store copies at least this fast before it answers, or we give up waiting. */
const LEAST_BYTES_PER_MS = 5_000;

/**
 * Only a store that holds both buckets can copy between them. Amazon's is one within a partition, by whichever of its
 * endpoints each is reached; only an endpoint of a VPC copies nothing from another region
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html).
 */
export function serverSideAppliesTo(location: SourceLocation, target: TargetBucket): location is S3Location {
  if (location.kind !== 's3') return false;
  const { endpoint, region } = target.options;
  const targetHost = endpoint === undefined ? undefined : new URL(endpoint).hostname;
  const isAmazon = (host: string | undefined): boolean => host === undefined || parseAmazonHost(host) !== undefined;
  const sourceHost = location.endpoint === undefined ? undefined : new URL(location.endpoint).hostname;
  if (isAmazon(targetHost) && isAmazon(sourceHost)) {
    const sourceRegion = location.region ?? region;
    if (targetHost?.includes('.vpce.') === true && sourceRegion !== region) return false;
    return awsPartition(sourceRegion).name === awsPartition(region).name;
  }
  return endpoint !== undefined && endpointOrigin(endpoint) === location.endpoint;
}

/**
 * Lets the store copy the file within itself. One principal, the target's, reads the source and writes the target.
 * @throws Failure with code `method-unfit` when reading the bytes would give better evidence, or is needed to prove what
 * already lies in the target
 */
export async function serverSideCopy(job: ServerSideJob): Promise<StreamedCopy> {
  return await job.retries.run(() => tryCopy(job), job.signal);
}

async function tryCopy(job: ServerSideJob): Promise<StreamedCopy> {
  const { target, request, signal } = job;
  const source = await lookAtSource(job);
  const { size, etag } = source.object;
  if (job.maxBytes !== undefined && size > job.maxBytes) throw tooLarge(size, job.maxBytes);
  const capabilities = await target.capabilities(signal);
  const partBytes = etag?.kind === 'multipart' ? await sourcePartSize(job, source) : undefined;
  const grade = reachableGrade(source.object, target, capabilities, partBytes !== undefined);
  if (job.leastEvidence !== undefined && !atLeast(grade, job.leastEvidence)) {
    throw unfit(`A server-side copy could only reach evidence ${grade}.`);
  }
  const inParts = size > LARGEST_COPY || partBytes !== undefined;
  // Where a condition is not honored, looking first is all that can be done; the catalog allows one writer only.
  if (inParts || !(capabilities.conditionalCopy || (await target.freeKeys.take(request.key, signal)))) {
    const existing = await target.existing(request.key, signal);
    if (existing !== undefined) return proveOurs(job, source, existing);
  }
  await target.fence();
  const description = describe(job, source);
  const made = inParts
    ? await copyInParts(job, source, description, partBytes)
    : await copyWhole(job, source, description);
  const copy = made === 'refused' ? await resolveRefusal(job, source) : await graded(job, source, made);
  // What was reachable may not have been reached: then the bytes are read after all, to compare what was made.
  if (job.leastEvidence !== undefined && !atLeast(copy.evidence, job.leastEvidence)) {
    throw unfit(`The server-side copy only reached evidence ${copy.evidence}.`);
  }
  return copy;
}

async function lookAtSource({ clients, location, signal }: ServerSideJob): Promise<CopySource> {
  return await clients.withSourceAsTarget(location, (client) =>
    withAnyKey(location, async (key) => {
      const object = await headObject(client, key, signal, location.versionId);
      if (object !== undefined) return { key, object };
      throw new Failure('The source holds nothing under the key.', { code: 'source-missing' });
    }),
  );
}

/**
 * The best grade that what the source returned and the target can return allows.
 * @param cutAlike the copy can be cut into the same parts as the source
 */
function reachableGrade(
  source: StoredObject,
  target: TargetBucket,
  can: TargetCapabilities,
  cutAlike: boolean,
): EvidenceGrade {
  const byChecksum = source.size <= LARGEST_COPY || combinableAlgorithm(source.checksum) !== undefined;
  if (source.checksum?.type === 'full' && can.checksums && byChecksum) return 'A';
  const comparable = can.md5Etags && target.options.encryption?.kind !== 'aws:kms';
  if (source.etag?.kind === 'md5' && comparable && source.size <= LARGEST_COPY) return 'B';
  return cutAlike && comparable ? 'C' : 'E';
}

async function copyWhole(
  job: ServerSideJob,
  source: CopySource,
  description: ObjectDescription,
): Promise<DescribedObject | 'refused'> {
  const { target, request, signal } = job;
  const { etag, size, checksum } = source.object;
  const headers: Record<string, string> = {
    ...descriptionHeaders(description, target.options),
    'x-amz-copy-source': copySource(job.location, source.key),
    'x-amz-checksum-algorithm': (checksum?.type === 'full' ? checksum.algorithm : 'sha256').toUpperCase(),
  };
  const pinned = strongEtag(etag);
  if (pinned !== undefined) headers['x-amz-copy-source-if-match'] = pinned;
  try {
    const timeoutMs = Math.max(30_000, size / LEAST_BYTES_PER_MS);
    const answer = await target.copy(request.key, { headers, timeoutMs }, signal);
    return { ...resultOfCopy(answer), size };
  } catch (error) {
    if (error instanceof Failure && error.code === 'target-precondition-failed') return 'refused';
    throw asSourceFailure(error);
  }
}

/** CopyObject's result: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObjectResult.html */
function resultOfCopy({ headers, xml }: Awaited<ReturnType<HotS3Client['copy']>>): Omit<DescribedObject, 'size'> {
  const versionId = versionOf(headers);
  const encryption = headers['x-amz-server-side-encryption'];
  const elements = smallXml(xml);
  return {
    etag: entityTag(elements.get('ETag'), typeof encryption === 'string' ? encryption : undefined),
    checksum: strongest(
      (algorithm) => elements.get(`Checksum${algorithm.toUpperCase()}`),
      elements.get('ChecksumType'),
    ),
    versionId,
    lastModifiedAt: dateOf(elements.get('LastModified')),
  };
}

async function graded(job: ServerSideJob, source: CopySource, made: DescribedObject): Promise<StreamedCopy> {
  const grade = serverSideEvidence(source.object, made);
  if (grade !== 'E') return result(source, made, grade, false);
  // The answer proves little; HEAD may tell more, the size at least.
  const object = await headObject(job.target.client, job.request.key, job.signal);
  if (object?.size !== source.object.size || provablyDifferent(source.object, object)) {
    throw new Failure('The copy is not what the source was: it changed while it was copied.', {
      code: 'source-changed',
    });
  }
  return result(source, object, serverSideEvidence(source.object, object), false);
}

/** A 412 says that something is there already, or that the source is no longer what HEAD said. */
async function resolveRefusal(job: ServerSideJob, source: CopySource): Promise<StreamedCopy> {
  const existing = await headObject(job.target.client, job.request.key, job.signal);
  if (existing !== undefined) return proveOurs(job, source, existing);
  throw new Failure('The source changed between two requests.', { code: 'source-changed' });
}

/** @throws Failure `target-occupied`, or `method-unfit` when only reading both could tell */
function proveOurs(job: ServerSideJob, source: CopySource, existing: StoredObject): StreamedCopy {
  if (!isOurCopy(job.target, job.request, existing)) throw occupied('is not our copy of this document', job.request);
  if (existing.size !== source.object.size) throw occupied(`has ${existing.size} bytes`, job.request);
  if (provablyDifferent(source.object, existing)) throw occupied('has other content', job.request);
  const grade = serverSideEvidence(source.object, existing);
  if (grade === 'E') throw unfit('Whether the object in the target is this file can only be told by reading both.');
  return result(source, existing, grade, true);
}

function result(
  source: CopySource,
  target: DescribedObject,
  evidence: EvidenceGrade,
  alreadyThere: boolean,
): StreamedCopy {
  return {
    kind: 'copied',
    method: 'server-side-copy',
    evidence,
    source: objectFacts(source.object),
    target: objectFacts(target),
    alreadyThere,
    substitute: false,
  };
}

/** The bytes are not seen here, so the name decides; what the source says is better than nothing. */
function describe({ target, request }: ServerSideJob, { object }: CopySource): ObjectDescription {
  const named = lookup(request.fileName);
  const contentType = named === false ? (object.contentType ?? 'application/octet-stream') : named;
  return describeObject(
    target,
    request,
    { etag: object.etag?.value, contentEncoding: object.contentEncoding },
    contentType,
  );
}

function unfit(why: string): Failure {
  return new Failure(why, { code: 'method-unfit' });
}
