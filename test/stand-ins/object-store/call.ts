import { requireRight, type Principal } from './access.ts';
import type { Content } from './blobs.ts';
import type { Bucket } from './bucket.ts';
import type { ChecksumName } from './checksums.ts';
import type { Right } from './options.ts';
import type { Authorizer } from './policies/authorizer.ts';
import { S3Error } from './s3-error.ts';
import { headerOf, type S3Request } from './s3-request.ts';
import type { Payload } from './signature.ts';
import type { Store } from './store.ts';

export type Settings = {
  readonly region: string;
  readonly restoreMilliseconds: number;
  readonly maxCopyBytes: number;
  readonly minPartBytes: number;
  readonly conditionalCopy: boolean;
  readonly defaultChecksum: ChecksumName | 'none';
};

/** An authenticated request on its way to an operation. */
export type Call = {
  readonly request: S3Request;
  readonly principal: Principal;
  readonly payload: Payload;
  readonly authorizer: Authorizer;
  readonly store: Store;
  readonly settings: Settings;
};

/** What an operation answers: nothing, XML, or bytes of an object. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Content;
};

export type Operation = (call: Call) => Answer | Promise<Answer>;

export const header = (call: Call, name: string): string | undefined => headerOf(call.request.headers, name);

export const parameter = (call: Call, name: string): string | undefined => call.request.query.get(name);

/** The bucket that the request is about, once the caller is known to have the right. Throws NoSuchBucket first. */
export function bucketFor(call: Call, right: Right, name = call.request.bucket): Bucket {
  const bucket = call.store.buckets.get(name);
  if (bucket === undefined) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { elements: { BucketName: name } });
  }
  if (right !== 'read' || !bucket.isPublic) requireRight(call, right, name);
  return bucket;
}

export const xmlAnswer = (body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml', ...headers },
  body,
});
