import { Failure } from '../../model/failure.ts';
import type { Lane } from '../limits/adaptive-limit.ts';
import { partSizeCandidates } from '../evidence/multipart-etag.ts';
import type { LimitedAnswer } from '../exchange/limited-exchange.ts';
import type { HotS3Client } from '../s3/hot-client.ts';
import type { S3Clients } from '../s3/clients.ts';
import type { S3Location } from '../location/source-location.ts';
import { firstThere } from './first-there.ts';
import type { OpenedSource, SourceReader } from './reader.ts';
import { resumingBody } from './resuming-body.ts';
import { entityTagOfHeaders, strongEtag } from '../evidence/entity-tag.ts';
import { CHECKSUM_MODE, describedValues } from '../s3/stored-object.ts';

/** Reads sources by signed GetObject. */
export function s3SourceReader(clients: S3Clients): SourceReader {
  return {
    method: 's3',
    can: { conditionalReads: true, versions: true, checksums: true },
    appliesTo: (location) => location.kind === 's3',
    async open(location, _request, lane, signal) {
      if (location.kind !== 's3') throw new TypeError('Only S3 locations are read by this method.');
      return await clients.withSource(location, (client) =>
        withAnyKey(location, (key) => openObject(client, { key, versionId: location.versionId, lane }, signal)),
      );
    },
  };
}

/** Reads under the first of the keys that a URL may mean and that holds something. */
export async function withAnyKey<T>(location: S3Location, read: (key: string) => Promise<T>): Promise<T> {
  return await firstThere([location.key, ...location.otherKeys], read);
}

/** Opens a source with the principal that writes the target: what a server-side copy was made with. */
export async function openSourceAsTarget(
  clients: S3Clients,
  location: S3Location,
  signal: AbortSignal,
): Promise<OpenedSource> {
  return await clients.withSourceAsTarget(location, (client) =>
    withAnyKey(location, (key) => openObject(client, { key, versionId: location.versionId, lane: 'large' }, signal)),
  );
}

async function openObject(
  client: HotS3Client,
  { key, versionId, lane }: { readonly key: string; readonly versionId: string | undefined; readonly lane: Lane },
  signal: AbortSignal,
): Promise<OpenedSource> {
  const answer = await client.get(key, { lane, versionId, headers: CHECKSUM_MODE }, signal);
  const values = describedValues(answer.headers);
  const size = answer.body.declared;
  return {
    size,
    etag: values.etag,
    versionId: values.versionId ?? versionId,
    checksum: values.checksum,
    lastModifiedAt: values.lastModifiedAt,
    contentType: answer.headers['content-type'],
    contentEncoding: answer.headers['content-encoding'],
    partSizes:
      values.etag?.kind === 'multipart' && size !== undefined ? partSizeCandidates(size, values.etag.parts) : [],
    body: resumingBody(answer.body, size, (offset) =>
      reopen({ client, key, versionId, first: answer }, offset, lane, signal),
    ),
    toLarge: () => answer.toLarge(),
  };
}

type OpenedObject = {
  readonly client: HotS3Client;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly first: LimitedAnswer;
};

/** Goes on reading at an offset, pinned to the very object that was read so far. */
async function reopen(
  { client, key, versionId, first }: OpenedObject,
  offset: number,
  lane: Lane,
  signal: AbortSignal,
): Promise<LimitedAnswer> {
  const { etag } = first.headers;
  const pinned = strongEtag(entityTagOfHeaders(first.headers));
  if (pinned === undefined)
    throw new Failure('The source has no strong ETag to pin a second read.', {
      code: 'source-unpinned',
    });
  const answer = await client.get(
    key,
    {
      lane,
      // the ETag pins it; a version takes a right of its own (s3:GetObjectVersion), so only one that the URL names
      versionId,
      headers: { range: `bytes=${offset}-`, 'if-match': pinned },
    },
    signal,
  );
  if (answer.status !== 206 || answer.headers.etag !== etag) {
    answer.body.cancel();
    throw new Failure('The source changed while it was read.', { code: 'source-changed' });
  }
  return answer;
}
