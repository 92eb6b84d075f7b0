import { Failure } from '../../model/failure.ts';
import { decodeListed } from '../s3/listed-key.ts';
import type { ListedObject } from '../survey-facts.ts';
import type { TargetBucket } from './bucket.ts';

/**
 * Lists the target below a prefix in the order of the keys' UTF-8 bytes, a page of 1,000 at a time.
 * @throws Failure; a refused listing is never taken for an empty one
 */
export async function* listTarget(
  target: TargetBucket,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject, void, undefined> {
  let token: string | undefined;
  do {
    const page = await target.sdk.run('ListObjectsV2', (client, { ListObjectsV2Command }) =>
      client.send(
        new ListObjectsV2Command({
          Bucket: target.options.bucket,
          Prefix: prefix,
          EncodingType: 'url',
          ...(token !== undefined && { ContinuationToken: token }),
        }),
        { abortSignal: signal },
      ),
    );
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined) continue;
      yield {
        key: page.EncodingType === 'url' ? decodeListed(Key) : Key,
        size: Size,
        etag: (ETag ?? '').replace(/^"|"$/g, ''),
        lastModifiedAt: LastModified?.getTime() ?? 0,
      };
    }
    if (page.IsTruncated === true && page.NextContinuationToken === undefined) {
      throw new Failure('The target said that its list goes on, but not where.', {
        code: 'target-server-error',
      });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
