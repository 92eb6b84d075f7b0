import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type FailureClass } from '../../model/failure.ts';
import { failureInfo, type FailureCode } from '../../model/failure-codes.ts';
import type { CopyParts } from '../copy/copy-document.ts';
import type { CopyRequest } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { HotS3Client } from '../s3/hot-client.ts';
import { parseSourceLocation, type S3Location, type SourceLocation } from '../location/source-location.ts';
import type { OpenedSource } from '../source/reader.ts';
import { openSourceAsTarget, withAnyKey } from '../source/s3-reader.ts';
import { CHECKSUM_MODE, storedObject } from '../s3/stored-object.ts';

/** What one method of reading found under a document's URL. Denied is never missing, and a fault is neither. */
export type SourceProbe =
  | ({ readonly kind: 'reachable' | 'archived' } & ProbedObject)
  | {
      readonly kind: 'missing' | 'denied' | 'failed';
      readonly code: FailureCode;
      readonly failureClass: FailureClass;
      readonly message: string;
    };

export type ProbedObject = {
  /** Bytes; undefined when the server did not say. */
  readonly size: number | undefined;
  /** Without its quotes. */
  readonly etag: string | undefined;
  /** As the store calls it; stores name none for their standard class, web servers never do. */
  readonly storageClass: string | undefined;
};

/** Classes that are read only after a restore: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * Asks whether one method can read a document's file: by HEAD where the method has one, else by opening the file and giving up
 * its bytes. Nothing is written.
 */
export async function probeSource(
  parts: CopyParts,
  request: CopyRequest,
  method: CopyMethod,
  signal: AbortSignal,
): Promise<SourceProbe> {
  try {
    const location = parseSourceLocation(request.url, parts.hosts);
    return await parts.stream.retries.run(() => probe(parts, { location, request, method }, signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return refused(error);
  }
}

const READ_AT_ONCE = 64 * 1024;

/**
 * Reads a document's file as a copy would, and throws its bytes away.
 * @param mostBytes the rest of a larger file is not read
 * @returns bytes read
 * @throws Failure
 */
export async function readSource(
  parts: CopyParts,
  request: CopyRequest,
  { method, mostBytes }: { readonly method: CopyMethod; readonly mostBytes: number },
  signal: AbortSignal,
): Promise<number> {
  const location = parseSourceLocation(request.url, parts.hosts);
  return await parts.stream.retries.run(async () => {
    const { body } = await open(parts, { location, request, method }, signal);
    const memory = Buffer.allocUnsafe(READ_AT_ONCE);
    try {
      let read = 0;
      while (read < mostBytes) {
        const bytes = await body.fill(memory);
        read += bytes;
        if (bytes < memory.length) break;
      }
      return read;
    } finally {
      body.cancel();
    }
  }, signal);
}

/** A source, and the method that is to read it. */
type Attempted = {
  readonly location: SourceLocation;
  readonly request: CopyRequest;
  readonly method: CopyMethod;
};

async function probe(parts: CopyParts, attempted: Attempted, signal: AbortSignal): Promise<SourceProbe> {
  const { clients } = parts;
  const { location, method } = attempted;
  if (location.kind === 's3' && method === 's3') {
    return await clients.withSource(location, (client) => head(client, location, signal));
  }
  if (location.kind === 's3' && method === 'server-side-copy') {
    return await clients.withSourceAsTarget(location, (client) => head(client, location, signal));
  }
  const { body, size, etag } = await open(parts, attempted, signal);
  body.cancel();
  return { kind: 'reachable', size, etag: etag?.value, storageClass: undefined };
}

async function head(client: HotS3Client, location: S3Location, signal: AbortSignal): Promise<SourceProbe> {
  return await withAnyKey(location, async (key) => {
    const { versionId } = location;
    const headers = await client.head(key, { lane: 'small', headers: CHECKSUM_MODE, versionId }, signal);
    if (headers === undefined) {
      // a failure, so that the key's other form is tried
      throw new Failure('The source holds nothing under the key.', { code: 'source-missing' });
    }
    const { size, etag, storageClass } = storedObject(headers);
    return {
      kind: isArchived(headers) ? 'archived' : 'reachable',
      size,
      etag: etag?.value,
      storageClass: storageClass ?? 'STANDARD',
    };
  });
}

/** HEAD answers for archived objects, too; only its headers say that GET would not. */
function isArchived(headers: IncomingHttpHeaders): boolean {
  const storageClass = headers['x-amz-storage-class'];
  const archived =
    (typeof storageClass === 'string' && ARCHIVE_CLASSES.has(storageClass)) ||
    headers['x-amz-archive-status'] !== undefined;
  const restored = String(headers['x-amz-restore'] ?? '').includes('ongoing-request="false"');
  return archived && !restored;
}

async function open(
  { clients, readers }: CopyParts,
  { location, request, method }: Attempted,
  signal: AbortSignal,
): Promise<OpenedSource> {
  const reader = readers.get(method);
  if (reader !== undefined) return await reader.open(location, request, 'small', signal);
  if (method === 'server-side-copy' && location.kind === 's3')
    return await openSourceAsTarget(clients, location, signal);
  throw new Failure(`The method ${method} cannot read from ${location.host}.`, { code: 'no-method' });
}

function refused({ code, failureClass, message }: Failure): SourceProbe {
  const outcome = failureInfo(code)?.outcome;
  switch (outcome) {
    case 'missing':
    case 'denied':
      return { kind: outcome, code, failureClass, message };
    case 'archived':
      return { kind: 'archived', size: undefined, etag: undefined, storageClass: undefined };
    case 'skipped':
    case undefined:
      return { kind: 'failed', code, failureClass, message };
  }
}
