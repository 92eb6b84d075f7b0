import type { AccountId, MigrationConfig, ObjectKey } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import { otherRunCheck } from './catalog-checks.ts';
import { ignoring, type Gate } from './check.ts';
import { lengthsCheck } from './deployed-checks.ts';
import { linkOf, longestLink } from './link-of.ts';
import { inOrder } from './readiness.ts';
import { redirectCheck, type SampledLink } from './redirect-check.ts';
import type { IgnorableGate } from './rule-book.ts';

export type RelinkReadinessRequest = {
  readonly accounts?: readonly (AccountId | null)[];
  readonly ignore: readonly IgnorableGate[];
  readonly bearer: () => string;
};

/** The gates of a relink: nobody must be sent to an address that does not answer, or that does not fit the field. */
export async function relinkReadiness(
  { catalog, org }: { readonly catalog: CatalogReader; readonly org: Org },
  config: MigrationConfig,
  { accounts: named, ignore, bearer }: RelinkReadinessRequest,
  signal: AbortSignal,
): Promise<Gate[]> {
  const accounts = (await catalog.writtenAccounts())
    .map(({ accountId }) => accountId)
    .filter((account) => named === undefined || named.includes(account));
  const link = await longestLink(config, () => catalog.longestEncodedKey(accounts, 'written'));
  const organizationId = await org.organizationId();
  const sample = await sampleOf(catalog, accounts, config);
  const gates = [
    lengthsCheck(await org.facts(), { link, key: 0, originalUrl: 0 }),
    await redirectCheck(config, { organizationId, sample, bearer, signal }),
    await otherRunCheck(catalog),
  ];
  return inOrder(gates).map((gate) => ignoring(gate, ignore));
}

async function sampleOf(
  catalog: CatalogReader,
  accounts: readonly (AccountId | null)[],
  config: MigrationConfig,
): Promise<SampledLink[]> {
  const wanted = config.switch.gates.redirectSample;
  const link = linkOf(config);
  const sample: SampledLink[] = [];
  for (const account of accounts) {
    if (sample.length >= wanted) break;
    for (const { document, after } of await catalog.undoable({ account, after: 0, limit: wanted - sample.length })) {
      if (after.key === null) continue;
      const key = after.key as ObjectKey;
      const bytes = (await catalog.document(document))?.target?.size;
      sample.push({ document, url: link(document, key), key, bytes });
    }
  }
  return sample;
}
