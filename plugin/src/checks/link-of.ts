import {
  fileLink,
  s3Link,
  type DocumentId,
  type MigrationConfig,
  type ObjectKey,
  type S3Place,
} from '@file-migration/config';
import { Failure } from '../model/failure.ts';

/** Makes the link that is written on a document. */
export type LinkOf = (document: DocumentId, key: ObjectKey) => string;

/** @throws Failure `config-invalid` (stop) when the redirect service has no address */
export function linkOf({ link, target }: MigrationConfig): LinkOf {
  if (link.style === 's3') return (_, key) => s3Link(placeOf(target), key);
  const { baseUrl } = link;
  if (baseUrl === undefined) {
    throw new Failure('The redirect service has no address: link.baseUrl is missing in migration.json.', {
      code: 'config-invalid',
      actions: ['Deploy the redirect service and set link.baseUrl, e.g. "https://files.example.com".'],
    });
  }
  return (document) => fileLink(baseUrl, document);
}

/** Characters of an 18-character id and the `/d/` before it. */
const redirectTail = 21;

/**
 * Characters of the longest link that will be written.
 * @param longestKey asked only for plain S3 links, which hold the key as it stands in a URL
 */
export async function longestLink(
  { link, target }: MigrationConfig,
  longestKey: () => Promise<number>,
): Promise<number> {
  if (link.style === 's3') return s3Link(placeOf(target), '' as ObjectKey).length + (await longestKey());
  return (link.baseUrl?.length ?? 0) + redirectTail;
}

function placeOf({ bucket, region, endpoint, pathStyle }: MigrationConfig['target']): S3Place {
  return { bucket, region, ...(endpoint !== undefined && { endpoint, pathStyle }) };
}
