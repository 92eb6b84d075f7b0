import type { DocumentId } from '@file-migration/config';
import type { ConcludedUpdate, JobNumber, JournalRow } from '../catalog/journal.ts';
import type { UpdateResults } from '../org/updates-port.ts';
import { backToBackup } from './back-to-backup.ts';
import type { UpdateContext } from './update-context.ts';
import { readLinks } from './link-fields.ts';
import { readBack, type RowResult } from './read-back.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import type { FailureCount } from '../run/circuit-breaker.ts';

/** Rows read back at a time: one API call. */
const rowsPerCall = 2_000;
/** What the catalog gives at once. */
const pageRows = 1_000;

/** What a job came to, row by row where something is still to be done. */
export type Concluded = {
  readonly rows: number;
  readonly confirmed: number;
  readonly conflicts: number;
  /** Rows that met a lock; they are among `again`. */
  readonly locked: number;
  /** Failures that may pass: locks, rows that were never tried. */
  readonly again: readonly DocumentId[];
  /** Of the failures that will not pass, how many have each code, and an example. */
  readonly failures: ReadonlyMap<FailureCode, FailureCount>;
};

/**
 * Reads all rows of a job back, concludes each by what its record holds, and ends the job. The job's own results only
 * explain; without them (the job is gone, the org does not give them) the records decide alone.
 * @param end.isLast whether rows that failed in passing are given up now
 */
export async function concludeJob(
  context: UpdateContext,
  job: JobNumber,
  { results, isLast }: { readonly results: UpdateResults | undefined; readonly isLast: boolean },
): Promise<Concluded> {
  const { catalog } = context;
  const concluded = { rows: 0, confirmed: 0, conflicts: 0, locked: 0, again: [] as DocumentId[], failures: new Map() };
  const changed: DocumentId[] = [];
  for (;;) {
    // concluded rows are no longer open: the first page is always the next one
    const rows = await firstRows(catalog, job);
    if (rows.length === 0) break;
    const found = await readLinks(
      context.org,
      context.names,
      rows.map(({ document }) => document),
    );
    const updates = rows
      .map((row) => readBack(row, found.get(row.document), resultOf(row, results)))
      .map((update) => (isLast ? { ...update, isLast } : update));
    await catalog.concludeRows(job, updates);
    const page = tally(concluded, rows, updates);
    changed.push(...page.changed);
    context.progress.count(page);
  }
  await catalog.endJob(job);
  await backToBackup(context, changed);
  return concluded;
}

async function firstRows(catalog: UpdateContext['catalog'], job: JobNumber): Promise<JournalRow[]> {
  const rows: JournalRow[] = [];
  while (rows.length < rowsPerCall) {
    const page = await catalog.openRows(job, rows.at(-1)?.id, pageRows);
    rows.push(...page);
    if (page.length < pageRows) break;
  }
  return rows;
}

function resultOf({ document }: JournalRow, results: UpdateResults | undefined): RowResult {
  if (results === undefined) return { kind: 'unknown' };
  const error = results.failed.get(document);
  if (error !== undefined) return { kind: 'failed', error };
  if (results.successful.has(document)) return { kind: 'successful' };
  return { kind: results.missing === undefined ? 'unprocessed' : 'unknown' };
}

type Page = { confirmed: number; failed: number; conflicts: number; changed: DocumentId[] };

function tally(
  concluded: {
    rows: number;
    confirmed: number;
    conflicts: number;
    locked: number;
    again: DocumentId[];
    failures: Map<FailureCode, FailureCount>;
  },
  rows: readonly JournalRow[],
  updates: readonly ConcludedUpdate[],
): Page {
  const page: Page = { confirmed: 0, failed: 0, conflicts: 0, changed: [] };
  for (const [index, { state, code = 'unexpected', message = '', failureClass }] of updates.entries()) {
    const document = rows[index]?.document;
    if (document === undefined) continue;
    switch (state) {
      case 'confirmed':
        page.confirmed += 1;
        break;
      case 'conflict':
        page.conflicts += 1;
        page.changed.push(document);
        break;
      case 'failed':
        if (failureClass === 'retry') {
          concluded.again.push(document);
          if (code === 'org-unable-to-lock-row') concluded.locked += 1;
          break;
        }
        page.failed += 1;
        if (code === 'record-absent') page.changed.push(document);
        addFailure(concluded.failures, code, { stops: failureClass === 'stop', example: message, document });
        break;
    }
  }
  concluded.rows += rows.length;
  concluded.confirmed += page.confirmed;
  concluded.conflicts += page.conflicts;
  return page;
}

function addFailure(
  failures: Map<FailureCode, FailureCount>,
  code: FailureCode,
  first: Omit<FailureCount, 'rows'>,
): void {
  const known = failures.get(code);
  if (known === undefined) failures.set(code, { rows: 1, ...first });
  else known.rows += 1;
}
