import { csvText } from '../../format/csv.ts';
import { weekdays } from '../../analyze/activity.ts';
import type { Analysis, Ranking } from '../../analyze/analysis-result.ts';
import type { Reach } from '../../analyze/reach.ts';

type Row = readonly [part: string, name: string, detail: string, documents: number | '', bytes: number | ''];

/** The figures as CSV: part, name, detail, documents, bytes. Formulas in names are neutralized. */
export function analysisCsv(analysis: Analysis): string {
  const { urls, accounts, names, activity, phases, sizes } = analysis;
  const rows: Row[] = [
    ['total', 'documents', analysis.complete ? '' : 'a part: the analysis was interrupted', analysis.documents, ''],
    ['total', 'to copy', '', analysis.toCopy, sizes.total === undefined ? '' : Math.round(sizes.total.mean)],
    ...ranked('extension', analysis.extensions),
    ...ranked('account', accounts),
    ...accounts.histogram.map(({ from, accounts: having, documents }): Row => [
      'accounts by documents',
      `from ${from}`,
      `${having} accounts`,
      documents,
      '',
    ]),
    ...ranked('year', analysis.years),
    ...ranked('type', analysis.types),
    ...ranked('host', analysis.hosts),
    ['url', 'empty', '', urls.empty, ''],
    ['url', 'our own link', '', urls.switched, ''],
    ['url', 'our link of another record', '', urls.clones, ''],
    ['url', 'our address, no document', '', urls.broken, ''],
    ...Object.entries(urls.unusable).map(([rule, documents]): Row => ['url', 'unusable', rule, documents, '']),
    ['url', 'source', '', urls.sources, ''],
    ...names.rules.map(({ rule, example, documents }): Row => ['name', rule, example, documents, '']),
    ...analysis.methods.flatMap(({ method, ...found }) => reached(method, found)),
    ...reached('any method', analysis.reach),
    ...activity.week.flatMap((hours, day) =>
      hours.map((documents, hour): Row => [
        'hour',
        `${weekdays[day] ?? ''} ${String(hour).padStart(2, '0')}:00`,
        activity.timeZone,
        documents,
        '',
      ]),
    ),
    ['phase 1', 'API calls', '', phases.backup.apiCalls, ''],
    ['phase 1', 'PUT and COPY requests', '', phases.backup.requests.put, ''],
    ['phase 1', 'GET and HEAD requests', '', phases.backup.requests.get, ''],
    ['phase 2', 'documents', '', phases.switch.documents.likely, ''],
    ['phase 2', 'API calls', '', phases.switch.apiCalls, ''],
    ['phase 2', 'bulk jobs', '', phases.switch.bulkJobs, ''],
  ];
  return csvText(['part', 'name', 'detail', 'documents', 'bytes'], rows);
}

function ranked(part: string, { listed, documentsNotListed }: Ranking): Row[] {
  return [
    ...listed.map(({ name, label, documents, bytes }): Row => [
      part,
      name === '' ? '(none)' : name,
      label ?? '',
      documents,
      bytes,
    ]),
    ...(documentsNotListed > 0 ? [[part, '(not listed)', '', documentsNotListed, ''] as const] : []),
  ];
}

function reached(method: string, { reachable, archived, missing, denied, failed }: Reach): Row[] {
  return Object.entries({ reachable, archived, missing, denied, failed }).map(
    ([kind, { found, of, low, high }]): Row => [
      `sample, ${method}`,
      kind,
      of === 0 ? '' : `${(low * 100).toFixed(2)}% to ${(high * 100).toFixed(2)}%`,
      found,
      '',
    ],
  );
}
