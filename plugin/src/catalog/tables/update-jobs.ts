import type Database from 'better-sqlite3';
import type { JobNumber, JobWindows, PlannedJob, UnfinishedJob } from '../journal.ts';
import type { RunId } from '../../model/run.ts';

type Row = {
  id: JobNumber;
  run_id: RunId;
  operation: PlannedJob['operation'];
  fields: string;
  stage: UnfinishedJob['stage'];
  bulk_job_id: string | null;
  api_version: string | null;
  rollback_key: string | null;
  planned_at: number;
};

/** Of how many jobs the windows are told. */
const newestJobs = 100;

/** All SQL on `update_jobs`. */
export type UpdateJobsTable = ReturnType<typeof updateJobsTable>;

export function updateJobsTable(db: Database.Database) {
  const insert = db.prepare<[number, string, string, number]>(
    "INSERT INTO update_jobs (run_id, operation, fields, stage, planned_at) VALUES (?, ?, ?, 'planned', ?)",
  );
  const made = db.prepare<[string, string, number]>(
    "UPDATE update_jobs SET stage = 'open', bulk_job_id = ?, api_version = ? WHERE id = ? AND stage = 'planned'",
  );
  const lines = db.prepare<[string, number]>('UPDATE update_jobs SET rollback_key = ? WHERE id = ?');
  const committing = db.prepare<[number, number]>(
    "UPDATE update_jobs SET stage = 'committing', committing_at = ? WHERE id = ? AND stage = 'open'",
  );
  const end = db.prepare<[number, number]>("UPDATE update_jobs SET stage = 'ended', ended_at = ? WHERE id = ?");
  const columns = 'id, run_id, operation, fields, stage, bulk_job_id, api_version, rollback_key, planned_at';
  const unfinished = db.prepare<[], Row>(`SELECT ${columns} FROM update_jobs WHERE stage <> 'ended' ORDER BY id`);
  const windows = db
    .prepare<[number], number>(
      `SELECT ended_at - planned_at FROM update_jobs
       WHERE stage = 'ended' AND committing_at IS NOT NULL ORDER BY id DESC LIMIT ?`,
    )
    .pluck();
  const byId = db.prepare<[number], Row>(`SELECT ${columns} FROM update_jobs WHERE id = ?`);
  const newest = db
    .prepare<[], JobNumber>("SELECT seq FROM sqlite_sequence WHERE name = 'update_jobs' AND seq > 0")
    .pluck();
  const sequence = db.prepare<[number, number]>(
    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'update_jobs' AND ? > 0",
  );
  const beginSequence = db.prepare<[number]>(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'update_jobs', ?
     WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'update_jobs')`,
  );
  return {
    /** The next number is higher than this one. */
    numbersFollow: (given: number): void => {
      beginSequence.run(0);
      sequence.run(given, given);
    },
    insert: ({ run, operation, fields }: PlannedJob, now: number): JobNumber =>
      Number(insert.run(run, operation, JSON.stringify(fields), now).lastInsertRowid) as JobNumber,
    made: (job: JobNumber, bulkJobId: string, apiVersion: string): boolean =>
      made.run(bulkJobId, apiVersion, job).changes === 1,
    linesAt: (job: JobNumber, key: string): void => {
      lines.run(key, job);
    },
    committing: (job: JobNumber, now: number): boolean => committing.run(now, job).changes === 1,
    end: (job: JobNumber, now: number): void => {
      end.run(now, job);
    },
    newest: (): JobNumber | undefined => newest.get() ?? undefined,
    unfinished: (): UnfinishedJob[] => unfinished.all().map(jobOf),
    windows(): JobWindows | undefined {
      const sorted = windows.all(newestJobs).sort((a, b) => a - b);
      const [medianMs, longestMs] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
      if (medianMs === undefined || longestMs === undefined) return undefined;
      return { jobs: sorted.length, medianMs, longestMs };
    },
    find(job: JobNumber): UnfinishedJob | undefined {
      const row = byId.get(job);
      return row && jobOf(row);
    },
  };
}

function jobOf(row: Row): UnfinishedJob {
  return {
    number: row.id,
    run: row.run_id,
    operation: row.operation,
    fields: JSON.parse(row.fields) as string[],
    stage: row.stage,
    bulkJobId: row.bulk_job_id ?? undefined,
    apiVersion: row.api_version ?? undefined,
    plannedAt: row.planned_at,
    hasRollbackLines: row.rollback_key !== null,
  };
}
