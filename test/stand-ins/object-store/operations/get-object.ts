import { archiveState, requireReadable, restoreState } from '../archive.ts';
import { slice } from '../blobs.ts';
import type { Bucket, ObjectVersion } from '../bucket.ts';
import { readRange, type ByteRange } from '../byte-range.ts';
import { header, parameter, type Answer, type Call } from '../call.ts';
import { checksumHeader } from '../checksums.ts';
import { isNotModified } from '../conditions.ts';
import { findObject } from '../find-object.ts';
import { S3Error } from '../s3-error.ts';
import { encryptionHeaders } from '../upload-headers.ts';

/** Query parameters that replace a header of the answer; for signed requests alone. */
const overrides = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

export function getObject(call: Call): Answer {
  const { answer, version, range } = describe(call);
  if (answer.status === 304) return answer;
  requireReadable(version, call.store.now());
  return { ...answer, body: range === undefined ? version.content : slice(version.content, range.start, range.end) };
}

/** Answers an archived object too: only its bytes are out of reach. */
export function headObject(call: Call): Answer {
  return describe(call).answer;
}

function describe(call: Call): { answer: Answer; version: ObjectVersion; range: ByteRange | undefined } {
  const { bucket, key } = call.request;
  const found = findObject(call, bucket, key, parameter(call, 'versionId'));
  const { version } = found;
  const replaced = readOverrides(call);
  if (isNotModified(call, version)) {
    const headers = { etag: `"${version.etag}"`, 'last-modified': new Date(version.lastModified).toUTCString() };
    return { answer: { status: 304, headers }, version, range: undefined };
  }
  const { size } = version.content;
  const range = readPart(call, version) ?? readRange(header(call, 'range'), size);
  const { start, end } = range ?? { start: 0, end: size };
  const headers = {
    ...objectHeaders(call, found.bucket, version, range !== undefined),
    ...replaced,
    'content-length': String(end - start),
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  };
  return { answer: { status: range === undefined ? 200 : 206, headers }, version, range };
}

function objectHeaders(call: Call, bucket: Bucket, version: ObjectVersion, ranged: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'binary/octet-stream',
    ...version.headers,
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    ...encryptionHeaders(version.encryption),
  };
  if (bucket.versioning !== undefined) headers['x-amz-version-id'] = version.versionId;
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  if (version.tags !== undefined) headers['x-amz-tagging-count'] = String(new URLSearchParams(version.tags).size);
  const restore = restoreState(version, call.store.now());
  if (restore !== undefined) headers['x-amz-restore'] = restore;
  const archive = archiveState(version, call.store.now());
  if (archive !== undefined) headers['x-amz-archive-status'] = archive;
  const { checksum } = version;
  // the value is the whole object's, so an answer of a part of it does not carry it
  if (checksum !== undefined && !ranged && header(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    headers[checksumHeader(checksum.name)] = checksum.value;
    headers['x-amz-checksum-type'] = checksum.type;
  }
  if (version.parts !== undefined && parameter(call, 'partNumber') !== undefined) {
    headers['x-amz-mp-parts-count'] = String(version.parts.length);
  }
  return headers;
}

function readOverrides(call: Call): Record<string, string> {
  const replaced: Record<string, string> = {};
  for (const name of overrides) {
    const value = parameter(call, `response-${name}`);
    if (value !== undefined) replaced[name] = value;
  }
  if (Object.keys(replaced).length > 0 && call.principal === 'anonymous') {
    throw new S3Error('InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.');
  }
  return replaced;
}

function readPart(call: Call, version: ObjectVersion): ByteRange | undefined {
  const asked = parameter(call, 'partNumber');
  if (asked === undefined) return undefined;
  const index = Number(asked) - 1;
  const parts = version.parts ?? [{ size: version.content.size }];
  const part = parts[index];
  if (part === undefined) throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable');
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return version.content.size === 0 ? undefined : { start, end: start + part.size };
}
