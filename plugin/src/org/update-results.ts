import { text } from 'node:stream/consumers';
import Papa from 'papaparse';
import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { backoffMs, wait } from './backoff.ts';
import type { OrgClient } from './client.ts';
import { classOfCode } from './error-class.ts';
import { jobPath, whenGone } from './update-job.ts';
import type { RowError, UpdateJob, UpdateJobState, UpdateResults } from './updates-port.ts';

const TRIES = 5;

/**
 * Reads the results of an ended job, whole: as many rows as the org says it tried. A job has at most 10,000 rows.
 * @throws Failure of class `retry`, code `update-results-incomplete`, when the numbers never agree
 */
export async function updateResults(client: OrgClient, job: UpdateJob, ended: UpdateJobState): Promise<UpdateResults> {
  for (let nth = 1; ; nth++) {
    const results = await readResults(client, job, ended);
    const complete = results.failed.size === ended.failed && results.successful.size === ended.processed - ended.failed;
    if (complete) return results;
    if (nth >= TRIES) {
      throw new Failure(
        `Salesforce says that job ${job.jobId} tried ${ended.processed} rows, ${ended.failed} of them in vain, ` +
          `but gives results of ${results.successful.size + results.failed.size}, ${results.failed.size} of them failed.`,
        { code: 'update-results-incomplete' },
      );
    }
    await wait(backoffMs(client.backoff, nth), client.signal);
  }
}

/** Results that the job's own numbers say are empty cost no API call. */
async function readResults(client: OrgClient, job: UpdateJob, ended: UpdateJobState): Promise<UpdateResults> {
  const failed = ended.failed === 0 ? [] : await readRows(client, job, 'failedResults');
  const unprocessed = ended.state === 'JobComplete' ? [] : await readRows(client, job, 'unprocessedrecords');
  const successful = ended.processed === ended.failed ? [] : await readRows(client, job, 'successfulResults');
  return {
    successful: idsOf(successful),
    failed: new Map(failed.map((row) => [idOf(row), rowError(row.sf__Error ?? '')])),
    unprocessed: idsOf(unprocessed),
  };
}

type ResultRow = Readonly<Record<string, string>>;

async function readRows(client: OrgClient, job: UpdateJob, kind: string): Promise<ResultRow[]> {
  const request = { path: jobPath(job, `/${kind}`), accept: 'text/csv', explain: whenGone(job) };
  return client.ask(request, async ({ body }) => {
    const csv = await text(body);
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
  return new Set(rows.map(idOf));
}

/** `sf__Id` can be blank; the row's own Id, as we uploaded it, never is. */
function idOf(row: ResultRow): DocumentId {
  const id = parseSalesforceId(row.Id ?? '') ?? parseSalesforceId(row.sf__Id ?? '');
  if (id !== undefined) return id as DocumentId;
  throw new Failure('Salesforce gave a result of an update without the id of its record.', {
    code: 'org-unreadable-row',
  });
}

/** `STRING_TOO_LONG:Document: data value too large: https://…:Document__c --` */
function rowError(text: string): RowError {
  const [, errorCode = 'UNKNOWN', message = text] = /^([A-Z_0-9]+):(.*)$/s.exec(text) ?? [];
  const short = message
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
  return { errorCode, failureClass: classOfCode(errorCode, message) ?? 'skip', message: short };
}
