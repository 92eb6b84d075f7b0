import type { MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Gate } from '../checks/check.ts';
import { gateIds, type GateId } from '../checks/rule-book.ts';
import { isReady, knownReadiness, readiness } from '../checks/readiness.ts';
import { chooseWave } from '../checks/wave.ts';
import type { Storage } from '../storage/storage.ts';

/** Whether the next wave could be switched now. */
export type ReadinessStatus = {
  /** Undefined while no gate has failed, but not all were asked. */
  readonly ready?: boolean;
  /** Of the next wave, as `switch` without flags would take it. */
  readonly documents: number;
  readonly accounts: number;
  readonly gates: readonly Gate[];
  /** Only the org, the bucket or the redirect service could answer these. */
  readonly notAsked: readonly GateId[];
};

/** What can answer the gates that the catalog cannot. */
export type Outside = { readonly org: Org; readonly storage: Storage; readonly bearer: () => string };

/** The gates of `switch`, with the numbers that its plan shows; without `outside` those that the catalog answers. */
export async function readinessStatus(
  catalog: CatalogReader,
  config: MigrationConfig,
  outside: Outside | undefined,
  signal: AbortSignal,
): Promise<ReadinessStatus> {
  const limit = config.switch.waveDocuments ?? undefined;
  const wave = chooseWave(await catalog.waveAccounts(), limit === undefined ? {} : { limit });
  const gates =
    outside === undefined
      ? await knownReadiness(catalog, config, wave)
      : await readiness({ catalog, ...outside }, config, { wave, ignore: [], bearer: outside.bearer }, signal);
  const asked = new Set(gates.map(({ id }) => id));
  const notAsked = gateIds.filter((id) => !asked.has(id));
  const ready = isReady(gates);
  return {
    ...((!ready || notAsked.length === 0) && { ready }),
    documents: wave.documents,
    accounts: wave.accounts.length,
    gates,
    notAsked,
  };
}
