import type { CatalogReader } from '../catalog/port.ts';
import { isUnfinished } from '../model/run.ts';
import { ignorableGates, type IgnorableGate } from '../checks/rule-book.ts';
import type { WaveRequest } from '../checks/wave.ts';

/** How many runs back an unfinished one is looked for. */
const lookBack = 50;

/** What `switch resume` resumes. */
export type Resumable =
  /** Nothing is left but, maybe, jobs in the org to be concluded. */
  | { readonly kind: 'recover' }
  | {
      readonly kind: 'switch';
      readonly wave: WaveRequest;
      readonly ignoredGates: readonly IgnorableGate[];
      /** Jobs at a time, where the run was given them. */
      readonly parallelJobs: number | undefined;
    }
  | {
      readonly kind: 'relink';
      readonly accounts: WaveRequest['accounts'];
      readonly ignoredGates: readonly IgnorableGate[];
    };

/** The newest run that writes links, when it did not come to its end. A rollback is resumed by its own command. */
export async function resumable(catalog: CatalogReader): Promise<Resumable> {
  const newest = (await catalog.runs(lookBack)).find(
    ({ type }) => type === 'switch' || type === 'relink' || type === 'rollback',
  );
  if (newest === undefined || !isUnfinished(newest)) return { kind: 'recover' };
  const { accountIds: accounts, percent, limit, ignoredGates: ignored = [], parallelJobs } = newest.scope ?? {};
  const ignoredGates = ignorableGates.filter((gate) => ignored.includes(gate));
  if (newest.type === 'relink') return { kind: 'relink', accounts, ignoredGates };
  if (newest.type !== 'switch') return { kind: 'recover' };
  const wave = { ...(accounts !== undefined && { accounts }), ...(percent !== undefined && { percent }) };
  if (limit === undefined) return { kind: 'switch', wave, ignoredGates, parallelJobs };
  const done = (await catalog.journalCounts(newest.id))
    .filter(({ state }) => state === 'confirmed' || state === 'superseded' || state === 'sent')
    .reduce((sum, { rows }) => sum + rows, 0);
  return { kind: 'switch', wave: { ...wave, limit: Math.max(0, limit - done) }, ignoredGates, parallelJobs };
}
