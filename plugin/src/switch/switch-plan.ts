import type { WriteEffects } from '../org/write-effects.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { effectLines } from './effect-lines.ts';
import { count, countOf } from '../text/quantity.ts';
import { gateLines } from '../readiness/gate-lines.ts';
import type { Gate } from '../readiness/gate.ts';
import type { Wave } from '../readiness/wave.ts';

/** What a switch would do now, and whether it may. */
export type SwitchPlan = {
  readonly ready: boolean;
  readonly documents: number;
  readonly accounts: number;
  /** The very first rows, read back before anything else; 0 when something was switched before. */
  readonly canary: number;
  /** Jobs of earlier runs that are not settled yet: they come first. */
  readonly unfinishedJobs: number;
  /** Documents that keep their URL, by why. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly gates: readonly Gate[];
  /** What writing sets off in the org, and what reads the URL field. */
  readonly effects: WriteEffects;
};

export async function switchPlan(
  catalog: CatalogReader,
  wave: Wave,
  gates: readonly Gate[],
  effects: WriteEffects,
  { canaryRows }: { canaryRows: number },
): Promise<SwitchPlan> {
  const { states } = await catalog.counts();
  const { switched, verified, ...others } = states;
  const first = !(await catalog.journalCounts()).some(({ operation }) => operation === 'switch');
  return {
    ready: gates.every(({ verdict }) => verdict !== 'red'),
    documents: wave.documents,
    accounts: wave.accounts.length,
    canary: first ? Math.min(canaryRows, wave.documents) : 0,
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

export function switchPlanLines(plan: SwitchPlan): string[] {
  const lines = [
    `Plan: ${countOf(plan.documents, 'document')} of ${countOf(plan.accounts, 'account')} would be switched. Nothing was written; --execute does it.`,
  ];
  if (plan.canary > 0) lines.push(`  canary              ${countOf(plan.canary, 'row')} first, read back twice`);
  if (plan.unfinishedJobs > 0)
    lines.push(`  left by earlier runs ${countOf(plan.unfinishedJobs, 'job')}, settled first`);
  for (const [why, documents] of Object.entries(plan.leftOut))
    lines.push(`  left out            ${count(documents)} ${why}`);
  lines.push(plan.ready ? 'Ready:' : 'Not ready:', ...gateLines(plan.gates), ...effectLines(plan.effects));
  return lines;
}
