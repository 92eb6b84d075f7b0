import { atLeast, type EvidenceGrade } from '@file-migration/config';
import { Failure } from '../../model/failure.ts';
import { failureInfo, type FailureCode } from '../../model/failure-codes.ts';
import { askForRestore } from '../source/archived-source.ts';
import type { CopyEnded, CopyResult } from '../../model/copy-outcome.ts';
import type { CopyRequest } from '../copy-result.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import { backoffMs } from '../../async/backoff.ts';
import { backoff } from '../limits/retry.ts';
import type { S3Clients } from '../s3/clients.ts';
import { serverSideCopy } from './server-side/server-side-copy.ts';
import { parseSourceLocation, type SourceLocation } from '../location/source-location.ts';
import type { SourceReader } from '../source/reader.ts';
import type { WebReading } from '../source/https-reader.ts';
import type { MappedHost, RestoreOptions } from '../storage-options.ts';
import { streamCopy } from './stream/stream-copy.ts';
import type { StreamedCopy, StreamParts } from './stream/job.ts';
import type { CopyMethodChoice } from './method-choice.ts';

/** What all copies share. */
export type CopyParts = {
  readonly hosts: Readonly<Record<string, MappedHost>>;
  readonly clients: S3Clients;
  readonly readers: ReadonlyMap<CopyMethod, SourceReader>;
  readonly choice: CopyMethodChoice;
  readonly web: WebReading;
  readonly stream: StreamParts;
  readonly leastEvidence: EvidenceGrade;
  readonly restore: RestoreOptions | undefined;
};

/**
 * Copies one document's file by the first method that can, and says what became of it.
 * @throws Failure of class `stop` or `pause`
 */
export async function copyDocument(parts: CopyParts, request: CopyRequest, signal: AbortSignal): Promise<CopyResult> {
  try {
    const location = parseSourceLocation(request.url, parts.hosts);
    try {
      const copy = await byFirstMethodThatCan(parts, location, request, signal);
      return { ...copy, verified: atLeast(copy.evidence, parts.leastEvidence) };
    } catch (error) {
      throw await withRestore(parts, location, error, signal);
    }
  } catch (error) {
    if (signal.aborted) return { kind: 'released' };
    return ended(parts.stream.target.isProven ? asOneDocuments(error) : error);
  }
}

async function byFirstMethodThatCan(
  parts: CopyParts,
  location: SourceLocation,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<StreamedCopy> {
  const methods = parts.choice.worthTrying(location, request);
  let reason: Failure | undefined;
  for (const [index, method] of methods.entries()) {
    // A file that is there but cannot be had may be replaced by its substitute; so may one that is gone.
    if (reason !== undefined && isFinal(reason) && method !== 'salesforce-file') continue;
    const others = methods.slice(index + 1).some((other) => other !== 'https' && other !== 'salesforce-file');
    try {
      const copy = await byMethod(parts, { method, othersCan: others }, { location, request }, signal);
      parts.choice.worked(method, location);
      return copy;
    } catch (error) {
      if (!(error instanceof Failure) || !opensNextMethod(error)) throw error;
      if (error.code === 'source-denied') parts.choice.refused(method, location);
      reason = telling(reason, error);
    }
  }
  throw reason ?? noMethod(location);
}

/** An archived source stays archived in this run; whether a restore was asked for is part of its message. */
async function withRestore(
  { clients, restore }: CopyParts,
  location: SourceLocation,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'source-archived') return error;
  if (restore === undefined || location.kind !== 's3') return error;
  const what = await askForRestore(clients, location, restore, signal);
  return new Failure(`${error.message} ${what}`, { code: error.code, failureClass: error.failureClass, cause: error });
}

async function byMethod(
  { stream, clients, readers, leastEvidence }: CopyParts,
  { method, othersCan }: { readonly method: CopyMethod; readonly othersCan: boolean },
  { location, request }: { readonly location: SourceLocation; readonly request: CopyRequest },
  signal: AbortSignal,
): Promise<StreamedCopy> {
  const reader = readers.get(method);
  if (reader !== undefined) {
    return await streamCopy({ parts: stream, reader, location, request, signal });
  }
  if (location.kind !== 's3') throw noMethod(location);
  const { target, retries, maxBytes } = stream;
  return await serverSideCopy({
    target,
    clients,
    retries,
    location,
    request,
    maxBytes,
    leastEvidence: othersCan ? leastEvidence : undefined,
    signal,
  });
}

/** What a method cannot do, another one may; everything else ends the copy. */
function opensNextMethod({ code, failureClass }: Failure): boolean {
  return failureClass === 'skip' && failureInfo(code)?.opensNextMethod === true;
}

/** The store itself said so: no weaker method may say otherwise. */
function isFinal({ code }: Failure): boolean {
  const outcome = failureInfo(code)?.outcome;
  return outcome === 'missing' || outcome === 'archived';
}

/** Of several refusals the one that tells most: an end by the store, then denied, then the first. */
function telling(known: Failure | undefined, next: Failure): Failure {
  if (known === undefined || known.code === 'method-unfit') return next;
  if (isFinal(known)) return known;
  if (isFinal(next)) return next;
  return known.code === 'source-denied' || next.code !== 'source-denied' ? known : next;
}

function noMethod(location: SourceLocation): Failure {
  return new Failure(`None of the configured copy methods can read from ${location.host}.`, {
    code: 'no-method',
    actions: ['Add a method to source.methods in migration.json.'],
  });
}

/** What a store may refuse because of a key or a name; many in a row are the run's to judge. */
const MAY_BE_ONE_DOCUMENTS: ReadonlySet<FailureCode> = new Set(['target-denied', 'target-signature']);

/** A target that was written a moment ago does not refuse everything because it refuses this. */
function asOneDocuments(error: unknown): unknown {
  if (!(error instanceof Failure) || !MAY_BE_ONE_DOCUMENTS.has(error.code)) return error;
  const { message, code, actions } = error;
  return new Failure(message, { code, failureClass: 'skip', actions, cause: error });
}

function ended(error: unknown): CopyResult {
  if (!(error instanceof Failure)) {
    // A fault of ours on one document must not end the run for all; it stands among the failures.
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return endedBy({ code: 'unexpected', failureClass: 'skip', message });
  }
  const { code, failureClass, message } = error;
  switch (failureClass) {
    case 'stop':
    case 'pause':
      throw error;
    case 'retry':
      return { kind: 'retry', code, message, retryAfterMs: error.retryAfterMs ?? 1000 + backoffMs(backoff, 6) };
    case 'skip':
      return endedBy({ code, failureClass, message });
  }
}

function endedBy(failure: Pick<CopyEnded, 'code' | 'failureClass' | 'message'>): CopyResult {
  const outcome = failureInfo(failure.code)?.outcome ?? 'failed';
  return outcome === 'skipped' ? { kind: 'skipped', rule: failure.code } : { kind: outcome, ...failure };
}
