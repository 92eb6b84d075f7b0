import { Failure } from '../../model/failure.ts';
import type { CopyParts } from '../copy/copy-document.ts';
import { found, known } from './found.ts';
import { parseSourceLocation, type S3Location } from '../location/source-location.ts';
import { openUrl } from '../source/https-reader.ts';
import { withAnyKey } from '../source/s3-reader.ts';
import type { Found, SourceSurvey } from '../survey-facts.ts';
import { headObject } from '../s3/stored-object.ts';

/**
 * Everything `doctor` wants to know about the place one URL points at.
 * @throws Failure when the URL cannot be used at all
 */
export async function surveySource(parts: CopyParts, url: string, signal: AbortSignal): Promise<SourceSurvey> {
  const location = parseSourceLocation(url, parts.hosts);
  if (location.kind === 'web') {
    return {
      host: location.host,
      bucket: undefined,
      readable: await found(() => readByHttps(parts, location.url, signal)),
      deniedMayMeanMissing: notAsked('A web server has no listing to ask.'),
      region: notAsked('A web server has no region.'),
    };
  }
  const [readable, listable] = await Promise.all([
    found(() => readByS3(parts, location, signal)),
    found(() => mayList(parts, location, signal)),
  ]);
  const { region } = parts.clients.sourcePlace(location);
  return {
    host: location.host,
    bucket: location.bucket,
    readable,
    deniedMayMeanMissing: deniedMeaning(listable),
    region: known(region),
  };
}

async function readByS3({ clients }: CopyParts, location: S3Location, signal: AbortSignal): Promise<true> {
  return await clients.withSource(location, (client) =>
    withAnyKey(location, async (key): Promise<true> => {
      if ((await headObject(client, key, signal, location.versionId)) !== undefined) return true;
      throw new Failure('The store may be read, but holds nothing under this key.', {
        code: 'source-missing',
      });
    }),
  );
}

/** Opens the file and gives up the rest of it. */
async function readByHttps({ web }: CopyParts, url: string, signal: AbortSignal): Promise<true> {
  const opened = await openUrl(web, url, 'small', signal);
  opened.body.cancel();
  return true;
}

async function mayList({ clients }: CopyParts, location: S3Location, signal: AbortSignal): Promise<true> {
  await clients.withSourceSdk(location, (sdk) =>
    sdk.run('ListObjectsV2', (client, { ListObjectsV2Command }) =>
      client.send(new ListObjectsV2Command({ Bucket: location.bucket, Prefix: location.key, MaxKeys: 1 }), {
        abortSignal: signal,
      }),
    ),
  );
  return true;
}

/** Without the right to list, S3 hides which keys exist: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function deniedMeaning(listable: Found<true>): Found<boolean> {
  if (listable.known) return known(false);
  return listable.because === 'denied' ? known(true) : listable;
}

function notAsked(message: string): Found<never> {
  return { known: false, because: 'not-supported', message };
}
