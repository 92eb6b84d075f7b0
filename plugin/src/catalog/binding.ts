import { Failure } from '../model/failure.ts';
import type { CatalogBinding } from './port.ts';

const partNames = {
  organizationId: 'org',
  object: 'object',
  urlField: 'URL field',
  bucket: 'bucket',
  prefix: 'prefix',
} as const satisfies Record<keyof CatalogBinding, string>;

/**
 * A catalog serves one place only: full sandboxes share their record ids with production.
 * @throws Failure `catalog-bound-elsewhere` (stop) that names each part that differs
 */
export function checkBinding(bound: CatalogBinding, asked: CatalogBinding): void {
  const differing = (Object.keys(partNames) as (keyof CatalogBinding)[]).filter((part) => bound[part] !== asked[part]);
  if (differing.length === 0) return;
  const parts = differing.map((part) => `${partNames[part]} "${bound[part]}" (asked for: "${asked[part]}")`);
  throw new Failure(`The catalog belongs to another place: ${parts.join(', ')}. Nothing was read or written.`, {
    code: 'catalog-bound-elsewhere',
    actions: [
      'Check --target-org, and the bucket and key layout in migration.json',
      'For another place, name another catalog file in migration.json',
    ],
  });
}
