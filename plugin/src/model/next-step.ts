import type { CatalogCounts } from './counts.ts';
import type { Run } from './run.ts';
import { countOf } from '../format/quantity.ts';

/** What the next step is told from: the kept counters, and the newest run. */
export type Standing = { readonly counts: CatalogCounts; readonly lastRun?: Run };

const backup = 'sf migrate files backup';
const switching = 'sf migrate files switch';

/** The one command that brings the migration forward from here; the same on every screen. */
export function nextStep({ counts, lastRun }: Standing): string {
  if (lastRun?.status === 'running') return 'wait, or watch it: sf migrate files status --watch';
  if (lastRun !== undefined && isUnfinished(lastRun)) return goOnWith(lastRun);
  const { states, remaining } = counts;
  if (remaining > 0 || counts.documents === 0) return backup;
  // some stay changed whatever a backup does, and nobody is to be sent in a circle
  if (states.changed > 0 && lastRun?.type !== 'backup') {
    return `take in what changed under us: ${backup}`;
  }
  return againStep(counts, lastRun) ?? forwardStep(counts, lastRun);
}

function isUnfinished({ status }: Run): boolean {
  return status === 'interrupted' || status === 'stopped' || status === 'failed';
}

function goOnWith({ id, type, status, scope }: Run): string {
  const seen = status === 'failed' ? `mend what stopped run ${id}, then go on: ` : '';
  switch (type) {
    case 'backup':
      return `${seen}${backup}`;
    case 'verify':
      return `${seen}sf migrate files verify`;
    case 'switch':
    case 'relink':
      return `${seen}sf migrate files switch resume`;
    case 'rollback':
      return `${seen}sf migrate files rollback --from-database${scope?.undoneRun === undefined ? '' : ` --run ${scope.undoneRun}`}`;
    case 'import':
      return `${seen}sf migrate files import --database <file>`;
  }
}

/** What could not be copied, where another try may help; what is verified need not wait for it. */
function againStep({ states }: CatalogCounts, lastRun: Run | undefined): string | undefined {
  const retriable = (['failed', 'missing', 'denied', 'archived'] as const).filter((state) => states[state] > 0);
  const tried = lastRun?.type === 'backup' && lastRun.mode === 'retry';
  if (retriable.length === 0 || (tried && states.verified > 0)) return undefined;
  const retry = `see why, then try again: sf migrate files status --errors; ${backup} --retry ${retriable.join(',')}`;
  if (states.verified === 0) return retry;
  return `${retry}; ${countOf(states.verified, 'verified document')} need not wait: ${switching}`;
}

function forwardStep({ documents, states }: CatalogCounts, lastRun: Run | undefined): string {
  if (states.copied > 0 && lastRun?.type !== 'verify') {
    return 'prove by reading what is only copied yet: sf migrate files verify --mode full';
  }
  if (states.verified > 0) return switchStep(lastRun);
  if (states.switched > 0 && states.switched + states.skipped + states.deleted === documents) {
    return `nothing: all is switched; a later backup takes in what changes: ${backup}`;
  }
  return `nothing can be switched now; a later backup takes in what changes: ${backup}`;
}

/** Compare once more, look at the plan, write. A wave after the first one needs no look at the stores between. */
function switchStep(lastRun: Run | undefined): string {
  switch (lastRun?.type) {
    case 'verify':
    case 'rollback':
      return `look at the plan, which writes nothing: ${switching}; then write: ${switching} --execute`;
    case 'switch':
    case 'relink':
      return `the next wave: ${switching} --execute`;
    case 'backup':
    case 'import':
    case undefined:
      return `compare source and copy once more: sf migrate files verify; then look at the plan: ${switching}`;
  }
}
