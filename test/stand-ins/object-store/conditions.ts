import type { Bucket, ObjectVersion } from './bucket.ts';
import { header, type Call } from './call.ts';
import { noSuchKey, S3Error } from './s3-error.ts';

const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    elements: { Condition: condition },
  });

export const matchesEtag = (condition: string, etag: string): boolean =>
  condition.split(',').some((one) => {
    const value = one
      .trim()
      .replace(/^W\//u, '')
      .replace(/^"(.*)"$/u, '$1');
    return value === '*' || value === etag;
  });

/** Whether the time is later than the header's, which counts in whole seconds; no header or no date: undefined. */
function isLater(time: number, date: string | undefined): boolean | undefined {
  const parsed = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(parsed) ? undefined : Math.floor(time / 1000) * 1000 > parsed;
}

/** Conditions of GET and HEAD, in the order of RFC 9110, 13.2.2. True: answer 304. Throws PreconditionFailed. */
export function isNotModified(call: Call, version: ObjectVersion): boolean {
  const ifMatch = header(call, 'if-match');
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, version.etag)) throw preconditionFailed('If-Match');
  } else if (isLater(version.lastModified, header(call, 'if-unmodified-since')) === true) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const ifNoneMatch = header(call, 'if-none-match');
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, version.etag);
  return isLater(version.lastModified, header(call, 'if-modified-since')) === false;
}

/** Conditions on the source of a copy. Throws PreconditionFailed. */
export function checkCopySource(call: Call, version: ObjectVersion): void {
  const ifMatch = header(call, 'x-amz-copy-source-if-match');
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, version.etag)) throw preconditionFailed('x-amz-copy-source-If-Match');
  } else if (isLater(version.lastModified, header(call, 'x-amz-copy-source-if-unmodified-since')) === true) {
    throw preconditionFailed('x-amz-copy-source-If-Unmodified-Since');
  }
  const ifNoneMatch = header(call, 'x-amz-copy-source-if-none-match');
  if (ifNoneMatch !== undefined ? matchesEtag(ifNoneMatch, version.etag) : false) {
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  }
  if (isLater(version.lastModified, header(call, 'x-amz-copy-source-if-modified-since')) === false) {
    throw preconditionFailed('x-amz-copy-source-If-Modified-Since');
  }
}

/**
 * Conditions of a write ("Conditional writes"): made when the request arrives, to be called again in the very step
 * that stores, so that of many writers one wins. A deletion in between answers 409, as S3 does.
 */
export function conditionalWrite(call: Call, bucket: Bucket, key: string): () => void {
  const ifNoneMatch = header(call, 'if-none-match');
  const ifMatch = header(call, 'if-match');
  if (ifNoneMatch === undefined && ifMatch === undefined) return () => undefined;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match of a write takes * alone.');
  }
  const deletions = bucket.deletions(key);
  const check = (): void => {
    const current = bucket.current(key);
    if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
    if (ifMatch !== undefined && current === undefined) throw noSuchKey(key);
    if (ifMatch !== undefined && current !== undefined && !matchesEtag(ifMatch, current.etag)) {
      throw preconditionFailed('If-Match');
    }
    if (bucket.deletions(key) !== deletions) {
      throw new S3Error(
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
      );
    }
  };
  check();
  return check;
}
