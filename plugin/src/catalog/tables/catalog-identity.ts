import type { OrganizationId } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import { checkBinding } from '../binding.ts';
import type { CatalogBinding, CatalogIdentity } from '../port.ts';
import type { RunId } from '../../model/run.ts';
import type { Watermark } from '../discovery.ts';
import { schemaVersion } from '../schema.ts';

type Row = {
  uuid: string;
  created_at: number;
  organization_id: OrganizationId | null;
  object: string | null;
  url_field: string | null;
  bucket: string | null;
  prefix: string | null;
};

/** All SQL on the one row of `catalog`: identity, binding, watermark. */
export type IdentityTable = ReturnType<typeof identityTable>;

export function identityTable(db: Database.Database) {
  const read = db.prepare<[], Row>(
    'SELECT uuid, created_at, organization_id, object, url_field, bucket, prefix FROM catalog',
  );
  const bind = db.prepare<[string, string, string, string, string]>(
    'UPDATE catalog SET organization_id = ?, object = ?, url_field = ?, bucket = ?, prefix = ?',
  );
  const watermark = db.prepare<[], { at: number | null; runId: RunId | null }>(
    'SELECT watermark_at AS at, watermark_run_id AS "runId" FROM catalog',
  );
  const setWatermark = db.prepare<[number, number, number]>(
    'UPDATE catalog SET watermark_at = ?, watermark_run_id = ? WHERE coalesce(watermark_at, 0) <= ?',
  );
  const setUrlBase = db.prepare<[string]>('UPDATE catalog SET s3_url_base = ?');

  const identity = (): CatalogIdentity => {
    const row = read.get();
    if (row === undefined) throw new Error('The catalog has no identity row.');
    return { uuid: row.uuid, createdAt: row.created_at, schemaVersion, binding: bindingOf(row) };
  };
  return {
    identity,
    /**
     * Pins an unbound catalog to a place.
     * @throws Failure `catalog-bound-elsewhere` (stop) that names each part in which a bound one differs
     */
    bind(binding: CatalogBinding): void {
      const bound = identity().binding;
      if (bound === undefined) {
        bind.run(binding.organizationId, binding.object, binding.urlField, binding.bucket, binding.prefix);
        return;
      }
      checkBinding(bound, binding);
    },
    watermark(): Watermark | undefined {
      const { at, runId } = watermark.get() ?? { at: null, runId: null };
      return at === null || runId === null ? undefined : { at, runId };
    },
    /** Never goes back. */
    setWatermark: ({ at, runId }: Watermark): void => {
      setWatermark.run(at, runId, at);
    },
    /** The address that stands before every key in `your_s3_url`. */
    setUrlBase: (base: string): void => {
      setUrlBase.run(base);
    },
  };
}

function bindingOf(row: Row): CatalogBinding | undefined {
  const { organization_id, object, url_field, bucket, prefix } = row;
  if (organization_id === null || object === null || url_field === null || bucket === null || prefix === null) {
    return undefined;
  }
  return { organizationId: organization_id, object, urlField: url_field, bucket, prefix };
}
