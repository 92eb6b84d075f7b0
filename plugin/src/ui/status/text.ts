import { driftLines } from './drift.ts';
import { liveLines } from './live.ts';
import { overviewLines } from './overview.ts';
import { readinessLines } from './readiness.ts';
import type { Status } from '../../status/status.ts';
import { accountTable, errorTable, recentErrorTable, runTable } from './tables.ts';

/** The status for a screen: the parts that were asked for, under a heading each when there are several. */
export function statusLines(status: Status, now = Date.now()): string[] {
  const parts: [string, string[] | undefined][] = [
    ['Overview', status.overview && overviewLines(status, now)],
    ['Runs', status.runs && runTable(status.runs, now)],
    ['Accounts', status.accounts && accountTable(status.accounts, status.overview?.counts.accounts)],
    ['Errors by class', status.errors && errorTable(status.errors)],
    ['Recent errors', status.recentErrors && recentErrorTable(status.recentErrors)],
    ['Drift', status.drift && driftLines(status.drift)],
    ['Readiness', status.readiness && readinessLines(status.readiness)],
    ['Live', status.live && liveLines(status.live)],
  ];
  const wanted = parts.filter((part): part is [string, string[]] => part[1] !== undefined);
  return wanted.flatMap(([heading, lines], index) => [
    ...(index > 0 ? [''] : []),
    ...(wanted.length > 1 ? [heading, ''] : []),
    ...lines,
  ]);
}
