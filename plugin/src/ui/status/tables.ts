import type { AccountCounts, ErrorClassCount } from '../../model/counts.ts';
import type { DocumentError } from '../../catalog/documents.ts';
import type { Run } from '../../model/run.ts';
import { documentStates } from '../../model/document-state.ts';
import { bytes, count, duration, moment } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import { runTitle } from './run-title.ts';

export function runTable(runs: readonly Run[], now: number): string[] {
  return textTable(
    ['run', 'what', 'status', 'started', 'took', 'processed', 'verified', 'not verified', 'bytes'],
    runs.map((run) => [
      String(run.id),
      runTitle(run),
      run.status.replaceAll('_', ' '),
      moment(run.startedAt),
      duration((run.endedAt ?? (run.status === 'running' ? now : run.heartbeatAt)) - run.startedAt),
      count(run.counters.processed),
      count(run.counters.verified),
      count(run.counters.processed - run.counters.verified),
      bytes(run.counters.bytesCopied),
    ]),
    { right: [5, 6, 7, 8] },
  );
}

/** @param all how many accounts there are, where that is known: what is left out is said */
export function accountTable(accounts: readonly AccountCounts[], all?: number): string[] {
  const lines = textTable(
    ['account', 'name', 'documents', 'bytes', 'states'],
    accounts.map(({ accountId, accountName, documents, bytes: size, states }) => [
      accountId ?? '(none)',
      accountName ?? '',
      count(documents),
      bytes(size),
      documentStates
        .filter((state) => (states[state] ?? 0) > 0)
        .map((state) => `${state} ${count(states[state] ?? 0)}`)
        .join(', '),
    ]),
    { right: [2, 3] },
  );
  const listed = accounts.filter(({ accountId }) => accountId !== undefined).length;
  const left = (all ?? listed) - listed;
  return left > 0
    ? [...lines, `${count(left)} more accounts; show all of them with --limit ${listed + left + 1}.`]
    : lines;
}

export function errorTable(errors: readonly ErrorClassCount[]): string[] {
  return textTable(
    ['error', 'class', 'documents', 'times', 'last', 'retryable', 'example'],
    errors.map((error) => [
      error.code,
      error.failureClass,
      count(error.documents),
      count(error.occurrences),
      moment(error.lastAt),
      error.worthRetry ? 'yes' : 'no',
      error.example,
    ]),
    { right: [2, 3] },
  );
}

export function recentErrorTable(errors: readonly DocumentError[]): string[] {
  return textTable(
    ['when', 'document', 'error', 'times', 'what happened'],
    errors.map(({ lastAt, document, code, occurrences, message }) => [
      moment(lastAt),
      document,
      code,
      count(occurrences),
      message,
    ]),
    { right: [3] },
  );
}
