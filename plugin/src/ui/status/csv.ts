import { documentStates } from '../../model/document-state.ts';
import { csvText } from '../../format/csv.ts';
import type { Status } from '../../status/status.ts';

/** What was asked for as CSV: part, name, detail, documents, bytes. Formulas in names and messages are neutralized. */
export function statusCsv(status: Status): string {
  const { overview, runs = [], accounts = [], errors = [], recentErrors = [], drift, readiness, live } = status;
  type Row = readonly [part: string, name: string, detail: string, documents: number | '', bytes: number | ''];
  const states = overview === undefined ? [] : documentStates;
  const rows: Row[] = [
    ...states.map((state): Row => ['state', state, '', overview?.counts.states[state] ?? 0, '']),
    ...runs.map((run): Row => [
      'run',
      `${run.id} ${run.type}`,
      run.status,
      run.counters.processed,
      run.counters.bytesCopied,
    ]),
    ...accounts.map(({ accountId, accountName, documents, bytes }): Row => [
      'account',
      accountId ?? '(none)',
      accountName ?? '',
      documents,
      bytes,
    ]),
    ...errors.map(({ code, example, documents }): Row => ['error', code, example, documents, '']),
    ...recentErrors.map(({ document, message }): Row => ['recent error', document, message, '', '']),
    ...(drift?.days ?? []).flatMap(({ day, created, replaced }): Row[] => [
      ['drift', day, 'new', created, ''],
      ['drift', day, 'replaced', replaced, ''],
    ]),
    ...(readiness?.gates ?? []).map(({ id, status: outcome, found, expected }): Row => [
      'gate',
      id,
      `${outcome}: ${found} [${expected}]`,
      '',
      '',
    ]),
    ...(readiness?.notAsked ?? []).map((id): Row => ['gate', id, 'not-checked', '', '']),
    ...(live?.figures ?? []).flatMap(({ name, org, catalog }): Row[] => [
      ['live', name, 'org', org ?? '', ''],
      ['live', name, 'catalog', catalog, ''],
    ]),
    ...(live?.differences ?? []).map(({ name, by, reason, next }): Row => [
      'difference',
      name,
      `${reason} Next: ${next}`,
      by,
      '',
    ]),
    ...(live?.accounts.listed ?? []).flatMap(({ accountId, accountName, org, catalog }): Row[] => [
      ['live account', accountId ?? '(none)', `${accountName ?? ''} (org)`, org, ''],
      ['live account', accountId ?? '(none)', `${accountName ?? ''} (catalog)`, catalog, ''],
    ]),
  ];
  return csvText(['part', 'name', 'detail', 'documents', 'bytes'], rows);
}
