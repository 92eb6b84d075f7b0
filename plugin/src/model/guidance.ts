import { count, countOf, share } from '../format/quantity.ts';
import type { CatalogCounts } from './counts.ts';
import type { FailureClass } from './failure.ts';
import { failureInfo, type FailureCode } from './failure-codes.ts';
import { isUnfinished, type Run } from './run.ts';

/** Deploys our metadata for this org's names; run in the project's folder, because the plugin does not carry it. */
export const DEPLOY_COMMAND = 'npm run deploy:salesforce -- start --target-org <org> --config-file migration.json';

/** What sets variables of the environment, one line each. */
export function exportLines(missing: readonly { readonly name: string }[]): string[] {
  return [...new Set(missing.map(({ name }) => `export ${name}=<value>`))];
}

/** One thing to do: why, and the exact command where one does it. */
export type Step = { readonly reason: string; readonly command?: string };

/** What the guidance is derived from: the kept counters, and the newest run. */
export type Standing = { readonly counts: CatalogCounts; readonly lastRun?: Run };

const backup = 'sf migrate files backup';
const switching = 'sf migrate files switch';
const retryable = ['failed', 'missing', 'denied', 'archived'] as const;

/** What to do about documents that ended with this failure code. */
export function advice({ code, failureClass }: { code: FailureCode; failureClass: FailureClass }): string {
  return failureInfo(code)?.advice ?? adviceByClass(failureClass);
}

function adviceByClass(failureClass: FailureClass): string {
  switch (failureClass) {
    case 'retry':
    case 'pause':
      return 'It may pass by itself: sf migrate files backup --retry failed';
    case 'stop':
      return 'The setup is wrong; see: sf migrate files doctor';
    case 'skip':
      return 'See the example and the documents: sf migrate files status --recent-errors 50';
  }
}

/** What moves the migration forward from here, in order; the same on every screen, in the report and on the panel. */
export function nextSteps({ counts, lastRun }: Standing): Step[] {
  if (lastRun?.status === 'running') {
    return [{ reason: 'Wait for the run to end, or watch it', command: 'sf migrate files status --watch' }];
  }
  if (lastRun !== undefined && isUnfinished(lastRun)) return resumeSteps(lastRun);
  const { states, remaining, documents } = counts;
  if (states.broken > 0) return brokenSteps(counts, lastRun);
  if (remaining > 0 || documents === 0) return [{ reason: 'Copy what is not copied yet', command: backup }];
  // some stay changed whatever a backup does, and nobody is to be sent in a circle
  if (states.changed > 0 && lastRun?.type !== 'backup') {
    return [{ reason: 'Back up documents whose URL or source changed', command: backup }];
  }
  return retrySteps(counts, lastRun) ?? forwardSteps(counts, lastRun);
}

/** Users meet these first: their link opens nothing. */
function brokenSteps({ states, remaining }: CatalogCounts, lastRun: Run | undefined): Step[] {
  const links = countOf(states.broken, 'link');
  if (remaining > 0) return [{ reason: `Copy what ${links} of ours should open`, command: backup }];
  const tried = lastRun?.type === 'backup' && lastRun.mode === 'retry';
  return tried
    ? [
        { reason: `See why ${links} of ours open nothing`, command: 'sf migrate files status --errors' },
        { reason: 'Take them back', command: 'sf migrate files rollback --from-database' },
      ]
    : [{ reason: `Copy again what ${links} of ours should open`, command: `${backup} --retry all` }];
}

/** The steps as one line of text, for a field of limited size. */
export function stepsLine(steps: readonly Step[]): string {
  return steps.map(({ reason, command }) => (command === undefined ? reason : `${reason}: ${command}`)).join('; ');
}

/** One sentence that says how far the migration is. */
export function standingText({ counts: { documents, states } }: Pick<Standing, 'counts'>): string {
  if (documents === 0) return 'No document is known yet; the first backup reads them from the org.';
  const all = countOf(documents, 'document');
  if (states.broken > 0) {
    return `${count(states.broken)} of ${all} (${share(states.broken, documents)}) hold our link and open nothing.`;
  }
  if (states.switched > 0) {
    const more = states.verified === 0 ? '' : `; ${count(states.verified)} more have a verified copy in your bucket`;
    return `${count(states.switched)} of ${all} (${share(states.switched, documents)}) open from your bucket${more}.`;
  }
  return `${count(states.verified)} of ${all} (${share(states.verified, documents)}) have a verified copy in your bucket; none opens from it yet.`;
}

/** One sentence that says what people must decide; undefined when nothing waits for a decision. */
export function decisionText({ counts: { states } }: Pick<Standing, 'counts'>): string | undefined {
  const open = (['broken', 'changed', ...retryable] as const).filter((state) => states[state] > 0);
  if (open.length === 0) return undefined;
  const total = open.reduce((sum, state) => sum + states[state], 0);
  const parts = open.map((state) => `${count(states[state])} ${state}`).join(', ');
  return `${countOf(total, 'document')} ${total === 1 ? 'needs' : 'need'} a decision: ${parts}.`;
}

function resumeSteps(run: Run): Step[] {
  const reason = run.status === 'failed' ? `Fix what stopped run ${run.id}, then resume it` : `Resume run ${run.id}`;
  return [{ reason, command: resumeCommand(run) }];
}

function resumeCommand({ type, scope }: Run): string {
  switch (type) {
    case 'backup':
      return backup;
    case 'verify':
      return 'sf migrate files verify';
    case 'switch':
    case 'relink':
      return 'sf migrate files switch resume';
    case 'rollback':
      return `sf migrate files rollback --from-database${scope?.undoneRun === undefined ? '' : ` --run ${scope.undoneRun}`}`;
    case 'import':
      return 'sf migrate files import --database <file>';
  }
}

/** What could not be copied, where a retry may help; verified documents need not wait for it. */
function retrySteps({ states }: CatalogCounts, lastRun: Run | undefined): Step[] | undefined {
  const open = retryable.filter((state) => states[state] > 0);
  const tried = lastRun?.type === 'backup' && lastRun.mode === 'retry';
  if (open.length === 0 || (tried && states.verified > 0)) return undefined;
  return [
    { reason: 'See why documents could not be copied', command: 'sf migrate files status --errors' },
    { reason: 'Then retry them', command: `${backup} --retry ${open.join(',')}` },
    ...(states.verified === 0
      ? []
      : [{ reason: `${countOf(states.verified, 'verified document')} need not wait`, command: switching }]),
  ];
}

function forwardSteps({ documents, states }: CatalogCounts, lastRun: Run | undefined): Step[] {
  if (states.copied > 0 && lastRun?.type !== 'verify') {
    return [{ reason: 'Verify copies that are not verified yet', command: 'sf migrate files verify --mode full' }];
  }
  if (states.verified > 0) return switchSteps(lastRun);
  const done = states.switched > 0 && states.switched + states.skipped + states.deleted === documents;
  return [
    {
      reason: `${done ? 'Nothing to do: all documents are switched' : 'Nothing can be switched now'}. Later, back up what has changed`,
      command: backup,
    },
  ];
}

/** Compare once more, look at the plan, write. A wave after the first one needs no look at the stores between. */
function switchSteps(lastRun: Run | undefined): Step[] {
  const plan = { reason: 'Look at the plan, which writes nothing', command: switching };
  const write = { reason: 'Then write', command: `${switching} --execute` };
  switch (lastRun?.type) {
    case 'verify':
    case 'rollback':
      return [plan, write];
    case 'switch':
    case 'relink':
      return [{ reason: 'Switch the next wave', command: `${switching} --execute` }];
    case 'backup':
    case 'import':
    case undefined:
      return [{ reason: 'Compare sources and copies once more', command: 'sf migrate files verify' }, plan];
  }
}
