import type { CopyRequest } from '../copy-result.ts';
import { endpointOrigin } from '../location/endpoint-origin.ts';
import type { S3Location } from '../location/source-location.ts';
import type { CopyParts } from './copy-document.ts';
import { serverSideCopy } from './server-side/server-side-copy.ts';
import type { StreamedCopy } from './stream/job.ts';

/**
 * Copies an object of the target to a document's own key, inside the bucket and with every guard of a server-side copy:
 * nothing is overwritten, and a copy that is there already must prove to be ours. The object copied from stays as it is.
 * @throws Failure
 */
export async function copyWithinTarget(
  { clients, stream: { target, retries } }: CopyParts,
  fromKey: string,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<StreamedCopy> {
  const { bucket, region, endpoint, pathStyle = endpoint !== undefined } = target.options;
  const location: S3Location = {
    kind: 's3',
    host: endpoint === undefined ? bucket : new URL(endpoint).host,
    bucket,
    key: fromKey,
    otherKeys: [],
    versionId: undefined,
    region,
    endpoint: endpoint === undefined ? undefined : endpointOrigin(endpoint),
    pathStyle,
    mapped: undefined,
    url: '',
    otherUrls: [],
  };
  return await serverSideCopy({
    target,
    clients,
    retries,
    location,
    request,
    maxBytes: undefined,
    leastEvidence: undefined,
    signal,
  });
}
