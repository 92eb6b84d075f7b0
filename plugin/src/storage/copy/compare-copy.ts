import type { EvidenceGrade } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import type { Comparison } from '../../model/comparison.ts';
import { contentHash, type ContentHashes } from '../evidence/content-hash.ts';
import { namesSameVersion } from '../evidence/entity-tag.ts';
import type { CopyParts } from './copy-document.ts';
import type { CopyRequest } from '../copy-result.ts';
import type { ObjectFacts } from '../../model/object-facts.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { provablyDifferent, serverSideEvidence, streamedEvidence } from '../evidence/grade.ts';
import { sourceLeg } from '../evidence/source-leg.ts';
import { targetLeg } from '../evidence/target-leg.ts';
import { parseChecksum } from '../evidence/object-checksum.ts';
import { parseSourceLocation, type SourceLocation } from '../location/source-location.ts';
import type { OpenedSource } from '../source/reader.ts';
import { openSourceAsTarget, withAnyKey } from '../source/s3-reader.ts';
import { headObject, objectFacts, type DescribedObject, type StoredObject } from '../s3/stored-object.ts';

/** `head`: what the stores say; `full`: both sides read again and hashed. */
export type CompareDepth = 'head' | 'full';

/** A copy, with what was written down when it was made. */
export type CompareRequest = CopyRequest & {
  readonly method: CopyMethod | undefined;
  readonly source: ObjectFacts | undefined;
  readonly target: ObjectFacts | undefined;
  /** Hex. */
  readonly sha256: string | undefined;
  readonly evidence: EvidenceGrade | undefined;
};

type Read = { readonly opened: OpenedSource; readonly hashes: ContentHashes };

/**
 * Compares a copy with its source, and both with what is written down about them.
 * @throws Failure of class `stop` or `pause`
 */
export async function compareCopy(
  parts: CopyParts,
  request: CompareRequest,
  depth: CompareDepth,
  signal: AbortSignal,
): Promise<Comparison> {
  try {
    return await parts.stream.retries.run(
      () => (depth === 'head' ? compareHeads(parts, request, signal) : compareBytes(parts, request, signal)),
      signal,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass === 'stop' || error.failureClass === 'pause') throw error;
    const { code, failureClass, message } = error;
    return { kind: 'not-compared', code, failureClass, message };
  }
}

async function compareHeads(parts: CopyParts, request: CompareRequest, signal: AbortSignal): Promise<Comparison> {
  const target = await headObject(parts.stream.target.client, request.key, signal);
  const wrong = wrongTarget(request, target);
  if (wrong !== undefined || target === undefined) return wrong ?? missingTarget(request);
  const location = parseSourceLocation(request.url, parts.hosts);
  const source = await sourceHead(parts, request, location, signal);
  if (source === undefined) {
    return equal(request, target, { evidence: request.evidence ?? 'E', source: undefined, sha256: undefined });
  }
  const changed = changedSource(request.source, source);
  if (changed !== undefined) return changed;
  if (source.size !== target.size || provablyDifferent(source, target)) return differing(request);
  const proved = { evidence: serverSideEvidence(source, target), source: objectFacts(source), sha256: undefined };
  return equal(request, target, proved);
}

async function compareBytes(parts: CopyParts, request: CompareRequest, signal: AbortSignal): Promise<Comparison> {
  const { client } = parts.stream.target;
  const target = await headObject(client, request.key, signal);
  const wrong = wrongTarget(request, target);
  if (wrong !== undefined || target === undefined) return wrong ?? missingTarget(request);
  const location = parseSourceLocation(request.url, parts.hosts);
  const [{ opened, hashes }, copy] = await Promise.all([
    readSource(parts, request, location, signal),
    readTarget(parts, request, target, signal),
  ]);
  const now = { ...opened, size: hashes.size };
  const changed = changedSource(request.source, now) ?? changedContent(request, hashes);
  if (changed !== undefined) return changed;
  if (hashes.sha256 !== copy.sha256) return differing(request);
  const leg = sourceLeg(opened, hashes);
  if (leg === 'mismatch') {
    throw new Failure('The bytes that came are not those that the source has a checksum of.', {
      code: 'source-damaged-in-transit',
    });
  }
  const stored = targetLeg(target, {
    checksums: [
      { algorithm: 'sha256', type: 'full', value: Buffer.from(hashes.sha256, 'hex').toString('base64') },
      ...(hashes.sourceChecksum === undefined ? [] : [hashes.sourceChecksum]),
    ],
    etag: copy.md5 ?? '',
  });
  // Its bytes were read and are the source's: a value that only says otherwise is one of another form.
  const grade = streamedEvidence(opened, leg, target, stored === 'none' || stored === 'mismatch' ? 'etag' : stored);
  return equal(request, target, { evidence: grade, source: objectFacts(now), sha256: hashes.sha256 });
}

/** Undefined when this method of reading offers no HEAD. */
async function sourceHead(
  { clients }: CopyParts,
  { method }: CompareRequest,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<StoredObject | undefined> {
  if (location.kind !== 's3' || (method !== undefined && method !== 's3' && method !== 'server-side-copy'))
    return undefined;
  const read = (client: Parameters<typeof headObject>[0]): Promise<StoredObject> =>
    withAnyKey(location, async (key) => {
      const object = await headObject(client, key, signal, location.versionId);
      if (object !== undefined) return object;
      throw new Failure('The source holds nothing under the key any more.', {
        code: 'source-missing',
      });
    });
  return method === 'server-side-copy'
    ? await clients.withSourceAsTarget(location, read)
    : await clients.withSource(location, read);
}

async function readSource(
  { clients, readers }: CopyParts,
  request: CompareRequest,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<Read> {
  const opened = await openSource({ clients, readers }, request, location, signal);
  const hash = await contentHash({
    sourceChecksum: opened.checksum,
    etag: opened.etag,
    partSizes: opened.partSizes,
    md5: opened.etag?.kind === 'md5',
  });
  await opened.body.drain((bytes) => hash.update(bytes));
  return { opened, hashes: await hash.digest() };
}

async function openSource(
  { clients, readers }: Pick<CopyParts, 'clients' | 'readers'>,
  request: CompareRequest,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<OpenedSource> {
  const method = request.method ?? 's3';
  if (method === 'server-side-copy' && location.kind === 's3') return openSourceAsTarget(clients, location, signal);
  const reader = readers.get(method);
  if (reader === undefined) {
    throw new Failure(`The file was read by ${method}, which is not set up here.`, {
      code: 'method-not-configured',
    });
  }
  return await reader.open(location, request, 'large', signal);
}

async function readTarget(
  { stream }: CopyParts,
  { key }: CompareRequest,
  { etag }: StoredObject,
  signal: AbortSignal,
): Promise<ContentHashes> {
  const hash = await contentHash({ sourceChecksum: undefined, etag, partSizes: [], md5: true });
  const answer = await stream.target.client.get(key, { lane: 'large' }, signal);
  await answer.body.drain((bytes) => hash.update(bytes));
  return await hash.digest();
}

/** What is under the key against what was written there. */
function wrongTarget(request: CompareRequest, target: StoredObject | undefined): Comparison | undefined {
  if (target === undefined) return missingTarget(request);
  const { target: known } = request;
  if (known === undefined) return undefined;
  if (known.size !== target.size) {
    return targetDiffers(request, `it has ${target.size} bytes, ${known.size} were written`);
  }
  const before = parseChecksum(known.checksum);
  const comparable = before?.algorithm === target.checksum?.algorithm && before?.type === target.checksum?.type;
  if (comparable && before !== undefined && before.value !== target.checksum?.value) {
    return targetDiffers(request, 'its checksum is another one than was written');
  }
  if (known.etag !== undefined && target.etag !== undefined && !namesSameVersion(known.etag, target.etag.value)) {
    return targetDiffers(request, 'its ETag is another one than was written');
  }
  return undefined;
}

/** What is under the URL against what was copied from there. */
function changedSource(known: ObjectFacts | undefined, now: DescribedObject | OpenedSource): Comparison | undefined {
  if (known === undefined) return undefined;
  if (now.size !== undefined && now.size !== known.size) {
    return sourceChanged(`it has ${now.size} bytes now, and had ${known.size} when it was copied`);
  }
  if (known.etag !== undefined && now.etag !== undefined) {
    return namesSameVersion(known.etag, now.etag.value)
      ? undefined
      : sourceChanged('its ETag is another one than when it was copied');
  }
  return undefined;
}

function changedContent({ sha256 }: CompareRequest, hashes: ContentHashes): Comparison | undefined {
  return sha256 === undefined || sha256 === hashes.sha256
    ? undefined
    : sourceChanged('its bytes are other ones than when it was copied');
}

function equal(
  { evidence: known, source: sourceBefore, target: targetBefore, sha256: knownSha256 }: CompareRequest,
  target: StoredObject,
  {
    evidence: proved,
    source,
    sha256,
  }: {
    readonly evidence: EvidenceGrade;
    readonly source: ObjectFacts | undefined;
    readonly sha256: string | undefined;
  },
): Comparison {
  // What was proved before still holds where both sides are known to be as they were then.
  const asBefore = sourceBefore?.etag !== undefined && targetBefore?.etag !== undefined;
  const evidence = known !== undefined && (asBefore || source === undefined) && known < proved ? known : proved;
  return { kind: 'equal', evidence, source, target: objectFacts(target), sha256: sha256 ?? knownSha256 };
}

function missingTarget({ key }: CompareRequest): Comparison {
  return { kind: 'target-missing', message: `The target holds nothing under ${key}.` };
}

function differing(request: CompareRequest): Comparison {
  return targetDiffers(request, 'its content is not the source’s');
}

function targetDiffers({ key }: CompareRequest, why: string): Comparison {
  return { kind: 'target-differs', message: `The object ${key} is not the copy of the source: ${why}.` };
}

function sourceChanged(why: string): Comparison {
  return { kind: 'source-changed', message: `The source has changed under its URL: ${why}.` };
}
