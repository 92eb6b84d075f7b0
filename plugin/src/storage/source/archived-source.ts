import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../model/failure.ts';
import type { S3Location } from '../location/source-location.ts';
import type { S3Clients } from '../s3/clients.ts';
import { S3Failure } from '../s3/failure.ts';
import type { RestoreOptions } from '../storage-options.ts';
import { withAnyKey } from './s3-reader.ts';

/**
 * Asks the store to make an archived source readable again, which takes minutes to days
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html).
 * @returns what happened, as a sentence for the document's failure
 * @throws Failure of class `stop` or `pause`
 */
export async function askForRestore(
  clients: S3Clients,
  location: S3Location,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { key, headers } = await archivedObject(clients, location, signal);
    await clients.withSourceSdk(location, (sdk) =>
      sdk.run('RestoreObject', (client, { RestoreObjectCommand }) =>
        client.send(
          new RestoreObjectCommand({
            Bucket: location.bucket,
            Key: key,
            VersionId: location.versionId,
            RestoreRequest: restoreRequest(headers, options),
          }),
          { abortSignal: signal },
        ),
      ),
    );
    return 'Its restore has been asked for; back it up again when that is done.';
  } catch (error) {
    if (error instanceof S3Failure && error.s3Code === 'RestoreAlreadyInProgress') return 'It is being restored.';
    const isItsOwn = error instanceof Failure && (error.failureClass === 'skip' || error.failureClass === 'retry');
    if (isItsOwn) return `It could not be restored: ${error.message}`;
    throw error;
  }
}

type ArchivedObject = { readonly key: string; readonly headers: IncomingHttpHeaders };

/** What is archived: under which of the keys that the URL may mean, and of which class. */
async function archivedObject(clients: S3Clients, location: S3Location, signal: AbortSignal): Promise<ArchivedObject> {
  const { versionId } = location;
  return await clients.withSource(location, (client) =>
    withAnyKey(location, async (key) => {
      const headers = await client.head(key, { lane: 'small', versionId }, signal);
      if (headers !== undefined) return { key, headers };
      throw new Failure('The source holds nothing under the key.', { code: 'source-missing', failureClass: 'skip' });
    }),
  );
}

/**
 * Objects of INTELLIGENT_TIERING come back for good, and a number of days is refused
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html).
 */
function restoreRequest(
  headers: IncomingHttpHeaders,
  { days, tier }: RestoreOptions,
): { Days?: number; GlacierJobParameters: { Tier: RestoreOptions['tier'] } } {
  const staysRestored =
    headers['x-amz-archive-status'] !== undefined || headers['x-amz-storage-class'] === 'INTELLIGENT_TIERING';
  return { ...(!staysRestored && { Days: days }), GlacierJobParameters: { Tier: tier } };
}
