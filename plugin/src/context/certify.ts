import type { Environment, MigrationConfig, OrganizationId } from '@file-migration/config';
import { ourLinkParser } from '../catalog/our-links.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { CertifyTools } from '../certify/certify.ts';
import type { Org } from '../org/port.ts';
import { credentialProvider } from '../storage/s3/credentials.ts';
import type { Storage } from '../storage/storage.ts';
import { ourLinks } from './binding.ts';
import { openContext, type Place } from './open-context.ts';
import { storageOptions } from './storage-options.ts';

/** What certifying works with, out of an open context. */
export async function certifyTools(
  {
    catalog,
    org,
    storage,
    bearer,
  }: {
    readonly catalog: CatalogReader;
    readonly org: Org;
    readonly storage: Storage;
    readonly bearer: () => string;
  },
  config: MigrationConfig,
  env: Environment,
): Promise<CertifyTools> {
  const { linkBaseUrls: baseUrls, s3 } = ourLinks(config);
  const { target } = storageOptions(config, { organizationId: await org.organizationId(), env });
  return {
    catalog,
    org,
    storage,
    bearer,
    parseOurLink: ourLinkParser({ baseUrls, ...(s3 !== undefined && { s3 }) }),
    credentials: credentialProvider(target.credentials),
  };
}

/** The bucket alone: a certificate is proved without catalog and org. */
export type ProofContext = AsyncDisposable & { readonly storage: Storage };

/** @param organizationId of the certificate; nothing is written under it */
export function openProofContext(
  place: Omit<Place, 'targetOrg'>,
  organizationId: OrganizationId,
): Promise<ProofContext> {
  return openContext({ ...place, targetOrg: undefined }, (parts) =>
    Promise.resolve({ storage: parts.storage({ organizationId }) }),
  );
}
