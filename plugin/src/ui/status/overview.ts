import { EVIDENCE_GRADES, EVIDENCE_MEANING } from '@file-migration/config';
import type { CatalogCounts } from '../../model/counts.ts';
import type { LockHolder } from '../../catalog/port.ts';
import type { Run } from '../../model/run.ts';
import { documentStates, stateMeaning } from '../../model/document-state.ts';
import { bytes, count, countOf, duration, moment, share } from '../../format/quantity.ts';
import { nextSteps, type Step } from '../../model/guidance.ts';
import { runTitle } from './run-title.ts';
import type { Status } from '../../status/status.ts';

/** The overview for a screen: all states with their shares, adding up; evidence; what was done last, and what is next. */
export function overviewLines(status: Status, now = Date.now()): string[] {
  const { overview } = status;
  if (overview === undefined) return [];
  const { counts, lastRun } = overview;
  return [
    `${countOf(counts.documents, 'document')} of ${countOf(counts.accounts, 'account')}, ${bytes(counts.bytes)} in your bucket`,
    '',
    ...stateLines(counts),
    '',
    ...evidenceLines(counts),
    ...(counts.pastRevisions > 0
      ? [
          '',
          `${countOf(counts.pastRevisions, 'object')} of older revisions and deleted documents remain in the bucket.`,
        ]
      : []),
    ...(lastRun === undefined ? [] : ['', runLine(lastRun, status.holder, now)]),
    ...publishedLines(overview),
    ...(overview.watermark === undefined ? [] : [`Changes in the org are known up to ${moment(overview.watermark)}.`]),
    '',
    'Next:',
    ...stepLines(nextSteps(overview)),
  ];
}

/** One command a line, so that it can be copied whole. */
export function stepLines(steps: readonly Step[]): string[] {
  return steps.flatMap(({ reason, command }) => [
    `  ${reason}${command === undefined ? '.' : ':'}`,
    ...(command === undefined ? [] : [`    ${command}`]),
  ]);
}

/** A snapshot in the org is as old as its moment: the figures above have moved on since. */
function publishedLines({ published }: NonNullable<Status['overview']>): string[] {
  if (published === undefined) return [];
  const { sequence, at, callsToday } = published;
  return [
    `Salesforce shows snapshot ${count(sequence)} of ${moment(at)}; ${countOf(callsToday, 'call')} in the last 24h.`,
  ];
}

function stateLines({ states, documents, skippedByRule }: CatalogCounts): string[] {
  const rules = Object.entries(skippedByRule).map(([rule, skipped]) => `    ${rule}: ${count(skipped)}`);
  return [
    ...documentStates
      .filter((state) => states[state] > 0)
      .flatMap((state) => [
        row(state, states[state], documents, stateMeaning[state]),
        ...(state === 'skipped' ? rules : []),
      ]),
    row('total', documents, documents, ''),
  ];
}

function evidenceLines({ evidence }: CatalogCounts): string[] {
  const total = EVIDENCE_GRADES.reduce((sum, grade) => sum + evidence[grade], 0);
  const grades = EVIDENCE_GRADES.filter((grade) => evidence[grade] > 0);
  return grades.map((grade) => row(`evidence ${grade}`, evidence[grade], total, EVIDENCE_MEANING[grade]));
}

function row(label: string, value: number, total: number, meaning: string): string {
  return `  ${label.padEnd(11)} ${count(value).padStart(11)}  ${share(value, total).padStart(7)}  ${meaning}`.trimEnd();
}

/** `Run 7 (backup, incremental): running for 3 min 05 s on host1, process 4711.` */
export function runLine(run: Run, holder: LockHolder | undefined, now: number): string {
  const name = `Run ${run.id} (${runTitle(run)})`;
  switch (run.status) {
    case 'running':
      return `${name}: running for ${duration(now - run.startedAt)} on ${holder?.host ?? run.host}, process ${run.pid}.`;
    case 'interrupted':
      return `${name}: interrupted; last heartbeat ${moment(run.heartbeatAt)}.`;
    case 'completed':
    case 'completed_with_failures':
    case 'stopped':
    case 'failed': {
      const when = run.endedAt === undefined ? '' : ` at ${moment(run.endedAt)}`;
      return `${name}: ${run.status.replaceAll('_', ' ')}${when}.${run.message === undefined ? '' : ` ${run.message}`}`;
    }
  }
}
