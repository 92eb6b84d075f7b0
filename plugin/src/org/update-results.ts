import { text } from 'node:stream/consumers';
import Papa from 'papaparse';
import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { backoffMs, wait } from '../async/backoff.ts';
import type { OrgClient } from './client.ts';
import { classOfCode, unwrapped } from './error-class.ts';
import { UnreadableAnswer } from './refusal.ts';
import { jobPath, whenGone } from './update-job.ts';
import type { RowError, UpdateJob, UpdateJobState, UpdateResults } from './updates-port.ts';

const TRIES = 5;

/**
 * Reads the results of an ended job: as many rows as the org says it tried, where it can be brought to give them. They
 * only explain what reading the records back shows, so nothing that is wrong with them is thrown. A job has at most
 * 10,000 rows.
 */
export async function updateResults(client: OrgClient, job: UpdateJob, ended: UpdateJobState): Promise<UpdateResults> {
  for (let nth = 1; ; nth++) {
    const results = await readResults(client, job, ended);
    const { failed, successful } = results;
    if (failed.size === ended.failed && successful.size === ended.processed - ended.failed) return results;
    if (nth >= TRIES) {
      const got = `${successful.size + failed.size} results of ${ended.processed} rows, ${failed.size} of ${ended.failed} failures`;
      return { ...results, missing: [results.missing, got].filter((why) => why !== undefined).join('; ') };
    }
    await wait(backoffMs(client.backoff, nth), client.signal);
  }
}

/** Results that the job's own numbers say are empty cost no API call. */
async function readResults(client: OrgClient, job: UpdateJob, ended: UpdateJobState): Promise<UpdateResults> {
  const missing: string[] = [];
  const rows = async (kind: string, isEmpty: boolean): Promise<ResultRow[]> => {
    if (isEmpty) return [];
    try {
      return await readRows(client, job, kind);
    } catch (error) {
      client.signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      missing.push(`${kind}: ${error.message}`);
      return [];
    }
  };
  const failed = await rows('failedResults', ended.failed === 0);
  const unprocessed = await rows('unprocessedrecords', ended.state === 'JobComplete');
  const successful = await rows('successfulResults', ended.processed === ended.failed);
  return {
    successful: idsOf(successful),
    failed: new Map(
      failed.flatMap((row) => {
        const id = idOf(row);
        return id === undefined ? [] : [[id, rowError(row.sf__Error ?? '')]];
      }),
    ),
    unprocessed: idsOf(unprocessed),
    ...(missing.length > 0 && { missing: missing.join('; ') }),
  };
}

type ResultRow = Readonly<Record<string, string>>;

async function readRows(client: OrgClient, job: UpdateJob, kind: string): Promise<ResultRow[]> {
  const request = { path: jobPath(job, `/${kind}`), accept: 'text/csv', explain: whenGone(job) };
  return client.ask(request, async ({ body }) => {
    const csv = await text(body);
    if (csv !== '' && !csv.includes('Id')) throw new UnreadableAnswer(csv);
    const options = { header: true, delimiter: delimiterOf(csv), skipEmptyLines: true } as const;
    const { data, errors } = Papa.parse<ResultRow>(csv, options);
    // An answer that is no sound CSV is asked for again.
    if (errors[0] !== undefined) throw new SyntaxError(errors[0].message);
    return data;
  });
}

/** What stands behind the first column's name: results come with the delimiter of the upload, or with commas. */
function delimiterOf(csv: string): string {
  return /^\uFEFF?"?\w+"?([,`])/.exec(csv)?.[1] ?? ',';
}

function idsOf(rows: readonly ResultRow[]): Set<DocumentId> {
  return new Set(rows.map(idOf).filter((id) => id !== undefined));
}

/** `sf__Id` can be blank; the row's own Id, as we uploaded it, never is. */
function idOf(row: ResultRow): DocumentId | undefined {
  return (parseSalesforceId(row.Id ?? '') ?? parseSalesforceId(row.sf__Id ?? '')) as DocumentId | undefined;
}

/** `STRING_TOO_LONG:Document: data value too large: https://…:Document__c --` */
function rowError(text: string): RowError {
  const [, code = 'UNKNOWN', message = text] = /^([A-Z_0-9]+):(.*)$/s.exec(text) ?? [];
  const short = message
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
  return { errorCode: unwrapped(code, message), failureClass: classOfCode(code, message) ?? 'skip', message: short };
}
