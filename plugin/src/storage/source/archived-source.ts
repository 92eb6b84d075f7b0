import { Failure } from '../../model/failure.ts';
import type { S3Clients } from '../s3/clients.ts';
import { S3Failure } from '../s3/failure.ts';
import type { S3Location } from '../location/source-location.ts';
import type { RestoreOptions } from '../storage-options.ts';

/**
 * Asks the store to make an archived source readable again, which takes minutes to days
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html).
 * @returns what happened, as a sentence for the document's failure
 */
export async function askForRestore(
  clients: S3Clients,
  location: S3Location,
  { days, tier }: RestoreOptions,
  signal: AbortSignal,
): Promise<string> {
  try {
    await clients.withSourceSdk(location, (sdk) =>
      sdk.run('RestoreObject', (client, { RestoreObjectCommand }) =>
        client.send(
          new RestoreObjectCommand({
            Bucket: location.bucket,
            Key: location.key,
            VersionId: location.versionId,
            RestoreRequest: { Days: days, GlacierJobParameters: { Tier: tier } },
          }),
          { abortSignal: signal },
        ),
      ),
    );
    return 'Its restore has been asked for; back it up again when that is done.';
  } catch (error) {
    if (error instanceof S3Failure && error.s3Code === 'RestoreAlreadyInProgress') return 'It is being restored.';
    if (error instanceof Failure && error.failureClass === 'skip') return `It could not be restored: ${error.message}`;
    throw error;
  }
}
