import { fileLink, s3Link, type DocumentId, type MigrationConfig, type ObjectKey } from '@file-migration/config';
import { Failure } from '../errors/failure.ts';

/** Makes the link that is written on a document. */
export type LinkOf = (document: DocumentId, key: ObjectKey) => string;

/** @throws Failure `config-invalid` (stop) when the redirect service has no address */
export function linkOf({ link, target }: MigrationConfig): LinkOf {
  if (link.style === 's3') {
    const { bucket, region, endpoint, pathStyle } = target;
    const place = { bucket, region, ...(endpoint !== undefined && { endpoint, pathStyle }) };
    return (_, key) => s3Link(place, key);
  }
  const { baseUrl } = link;
  if (baseUrl === undefined) {
    throw new Failure('The redirect service has no address: link.baseUrl is missing in migration.json.', {
      code: 'config-invalid',
      failureClass: 'stop',
      actions: ['Deploy the redirect service and set link.baseUrl, e.g. "https://files.example.com".'],
    });
  }
  return (document) => fileLink(baseUrl, document);
}
