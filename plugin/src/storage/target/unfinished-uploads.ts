import { Failure } from '../../model/failure.ts';
import { decodeListed } from '../s3/listed-key.ts';
import type { TargetBucket } from './bucket.ts';
import { abortUpload } from './multipart.ts';

/** A multipart upload that was begun and neither completed nor aborted: its parts are kept, and paid for. */
export type UnfinishedUpload = { readonly key: string; readonly uploadId: string };

/**
 * Lists those below our prefix, a page of 1,000 at a time.
 * @throws Failure; a refused listing is never taken for an empty one
 */
export async function* unfinishedUploads(
  target: TargetBucket,
  signal: AbortSignal,
): AsyncGenerator<UnfinishedUpload, void, undefined> {
  let after: UnfinishedUpload | undefined;
  do {
    const { uploads, next } = await pageOf(target, after, signal);
    yield* uploads;
    after = next;
  } while (after !== undefined);
}

type Page = { readonly uploads: readonly UnfinishedUpload[]; readonly next: UnfinishedUpload | undefined };

async function pageOf(target: TargetBucket, after: UnfinishedUpload | undefined, signal: AbortSignal): Promise<Page> {
  const { bucket, prefix } = target.options;
  const page = await target.sdk.run('ListMultipartUploads', (client, { ListMultipartUploadsCommand }) =>
    client.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: 'url',
        ...(after !== undefined && { KeyMarker: after.key, UploadIdMarker: after.uploadId }),
      }),
      { abortSignal: signal },
    ),
  );
  const plain = (key: string): string => (page.EncodingType === 'url' ? decodeListed(key) : key);
  const uploads = (page.Uploads ?? []).flatMap(({ Key, UploadId }) =>
    Key === undefined || UploadId === undefined ? [] : [{ key: plain(Key), uploadId: UploadId }],
  );
  if (page.IsTruncated !== true) return { uploads, next: undefined };
  const { NextKeyMarker, NextUploadIdMarker } = page;
  if (NextKeyMarker === undefined || NextUploadIdMarker === undefined) {
    throw new Failure('The target said that its list goes on, but not where.', { code: 'target-server-error' });
  }
  return { uploads, next: { key: plain(NextKeyMarker), uploadId: NextUploadIdMarker } };
}

/** Frees what its parts take. */
export async function abortUnfinished(target: TargetBucket, { key, uploadId }: UnfinishedUpload): Promise<void> {
  await target.fence();
  await abortUpload(target, key, uploadId);
}
