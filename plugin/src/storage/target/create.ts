import type { IncomingHttpHeaders } from 'node:http';
import type { HotS3Client, ServerSideCopy, Upload } from '../s3/hot-client.ts';
import type { TargetOptions } from '../storage-options.ts';
import { encryptionHeaders } from './headers.ts';

/** Where objects are created. */
type Place = { readonly client: HotS3Client; readonly options: TargetOptions };

/** False where the store answers the condition with 501. */
type Conditional = { readonly conditional: boolean };

/** Nothing is ever overwritten: sent with all that makes an object, where the store honors it. */
export const ONLY_IF_NOTHING_IS_THERE = { 'if-none-match': '*' } as const;

/**
 * PutObject of a new object. A bucket's policy may demand of everything that creates an object how it is encrypted, and
 * that it overwrites nothing; so both are added here and nowhere else.
 * @throws Failure
 */
export async function createByPut(
  { client, options }: Place,
  key: string,
  { conditional, ...upload }: Upload & Conditional,
  signal: AbortSignal,
): Promise<IncomingHttpHeaders> {
  return await client.put(key, { ...upload, headers: creating(options, upload.headers, conditional) }, signal);
}

/** CopyObject to a new object, likewise. @throws Failure */
export async function createByCopy(
  { client, options }: Place,
  key: string,
  { conditional, ...copy }: ServerSideCopy & Conditional,
  signal: AbortSignal,
): ReturnType<HotS3Client['copy']> {
  const headers = {
    // tags and annotations of the vendor's are neither wanted nor worth the rights that copying them takes
    'x-amz-tagging-directive': 'REPLACE',
    'x-amz-object-annotation-directive': 'EXCLUDE',
    'x-amz-metadata-directive': 'REPLACE',
    ...copy.headers,
  };
  return await client.copy(key, { ...copy, headers: creating(options, headers, conditional) }, signal);
}

function creating(
  options: TargetOptions,
  headers: Readonly<Record<string, string>>,
  conditional: boolean,
): Record<string, string> {
  return { ...headers, ...encryptionHeaders(options), ...(conditional && ONLY_IF_NOTHING_IS_THERE) };
}
