import type { MigrationConfig } from '@file-migration/config';
import { expectedCallsPerJob, updateCalls } from '../jobs/api-calls.ts';
import type { ApiUsage } from '../org/port.ts';
import type { WriteEffects } from '../org/write-effects.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { canaryState } from './canary.ts';
import type { Gate } from '../checks/check.ts';
import { isReady } from '../checks/readiness.ts';
import type { Wave } from '../checks/wave.ts';

/** What a switch would do now, and whether it may. */
export type SwitchPlan = {
  readonly ready: boolean;
  readonly documents: number;
  readonly accounts: number;
  /** The very first rows, read back twice before anything else; 0 once that was done. */
  readonly canary: number;
  /** API calls that writing the wave is expected to take. */
  readonly apiCalls: number;
  /** What is spent of the org's API calls of 24 hours; absent where it does not tell. */
  readonly apiBudget?: ApiUsage;
  /** Jobs of earlier runs that have not been concluded: they come first. */
  readonly unfinishedJobs: number;
  /** Documents that keep their URL, by why. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly gates: readonly Gate[];
  /** What writing sets off in the org, and what reads the URL field. */
  readonly effects: WriteEffects;
};

/** Gates, `/limits` before and after the canary, the canary's own job and its second reading. */
const callsAround = 40;

/** What was found for the plan. */
export type SwitchPlanFacts = {
  readonly wave: Wave;
  readonly gates: readonly Gate[];
  readonly effects: WriteEffects;
  readonly budget: ApiUsage | undefined;
};

export async function switchPlan(
  catalog: CatalogReader,
  { wave, gates, effects, budget }: SwitchPlanFacts,
  { canaryRows, rowsPerJob, batchSeconds }: MigrationConfig['switch'],
): Promise<SwitchPlan> {
  const { states } = await catalog.counts();
  const { switched, verified, ...others } = states;
  const callsPerJob = expectedCallsPerJob(batchSeconds / 2);
  const canary = await canaryState(catalog, canaryRows);
  return {
    ready: isReady(gates),
    documents: wave.documents,
    accounts: wave.accounts.length,
    canary: canary.kind === 'due' ? Math.min(canaryRows, wave.documents) : 0,
    apiCalls: wave.documents === 0 ? 0 : callsAround + updateCalls(wave.documents, { rowsPerJob, callsPerJob }),
    ...(budget !== undefined && { apiBudget: budget }),
    unfinishedJobs: (await catalog.unfinishedJobs()).length,
    leftOut: {
      ...Object.fromEntries(Object.entries(others).filter(([, documents]) => documents > 0)),
      ...(switched > 0 && { 'switched already': switched }),
      ...(verified > wave.documents && { 'not in this wave': verified - wave.documents }),
    },
    gates,
    effects,
  };
}
