import {
  s3Link,
  type MigrationConfig,
  type ObjectKey,
  type OrganizationId,
  type S3Place,
} from '@file-migration/config';
import { checkBinding } from '../catalog/binding.ts';
import type { CatalogOptions } from '../catalog/catalog.ts';
import type { CatalogBinding, CatalogReader } from '../catalog/port.ts';

/** The one place that a catalog belongs to, as this config and org say it. */
export function catalogBinding(config: MigrationConfig, organizationId: OrganizationId): CatalogBinding {
  return {
    organizationId,
    object: config.org.document.object,
    urlField: config.org.document.urlField,
    bucket: config.target.bucket,
    prefix: config.key.prefix,
  };
}

/**
 * How this config's catalog is opened to be written, wherever that happens.
 * @param command as the person typed it
 */
export function catalogOptions(
  config: MigrationConfig,
  organizationId: OrganizationId,
  command: string,
): CatalogOptions {
  return {
    file: config.catalog.file,
    binding: catalogBinding(config, organizationId),
    command,
    layout: config.key,
    ...ourLinks(config),
  };
}

/**
 * For commands that only look: what they show must belong to the place that they name.
 * @throws Failure `catalog-bound-elsewhere` that names each part that differs
 */
export function requireBinding(
  { identity }: CatalogReader,
  config: MigrationConfig,
  organizationId: OrganizationId,
): void {
  if (identity.binding !== undefined) checkBinding(identity.binding, catalogBinding(config, organizationId));
}

/**
 * What tells our links from sources: the addresses that the redirect service has or had, and the plain URLs of the
 * target bucket where `link.style` is "s3". None of them is ever a source.
 */
export function ourLinks(config: MigrationConfig): { linkBaseUrls: string[]; s3?: { place: S3Place; prefix: string } } {
  const { link, target, key } = config;
  return {
    linkBaseUrls: linkBaseUrls(config),
    ...(link.style === 's3' && { s3: { place: target, prefix: key.prefix } }),
  };
}

/** Beginnings of every link that is or was ours, whatever its style. */
export function allLinkBases(config: MigrationConfig): string[] {
  const { link, target, key } = config;
  return [...linkBaseUrls(config), ...(link.style === 's3' ? [s3Link(target, key.prefix as ObjectKey)] : [])];
}

function linkBaseUrls({ link }: MigrationConfig): string[] {
  return [...(link.baseUrl === undefined ? [] : [link.baseUrl]), ...link.formerBaseUrls];
}
