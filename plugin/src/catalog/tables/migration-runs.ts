import { hostname } from 'node:os';
import type Database from 'better-sqlite3';
import type { AdoptedRun } from '../adoption.ts';
import type { NewRun, RunEnd } from '../runs.ts';
import type { ResumePosition, Run, RunCounters, RunId, RunMode, RunStatus, RunType } from '../../model/run.ts';
import { masked } from '../../model/masked.ts';

type CounterName = keyof RunCounters;

const counterColumns: Readonly<Record<CounterName, string>> = {
  discovered: 'discovered',
  created: 'created',
  replaced: 'replaced',
  unchanged: 'unchanged',
  deleted: 'deleted',
  processed: 'processed',
  copied: 'copied',
  verified: 'verified',
  failed: 'failed',
  missing: 'missing',
  denied: 'denied',
  archived: 'archived',
  skipped: 'skipped',
  retried: 'retried',
  bytesCopied: 'bytes_copied',
};
const counterNames = Object.keys(counterColumns) as CounterName[];

type Row = Record<string, number> & {
  id: RunId;
  run_type: RunType;
  mode: RunMode;
  command: string;
  status: RunStatus;
  started_at: number;
  ended_at: number | null;
  heartbeat_at: number;
  host: string;
  pid: number;
  error_message: string | null;
  scope: string | null;
  position: string | null;
};

/** All SQL on `migration_runs`. */
export type RunsTable = ReturnType<typeof runsTable>;

export function runsTable(db: Database.Database) {
  const columns = `id, run_type, mode, command, status, started_at, ended_at, heartbeat_at, host, pid, error_message, scope,
    position, ${Object.values(counterColumns).join(', ')}`;
  const insert = db.prepare<(string | number | null)[]>(
    `INSERT INTO migration_runs (run_type, mode, command, status, started_at, heartbeat_at, host, pid, config_snapshot, scope)
     VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)`,
  );
  const heartbeat = db.prepare<[number, string | null, number]>(
    'UPDATE migration_runs SET heartbeat_at = ?, position = coalesce(?, position) WHERE id = ?',
  );
  const add = db.prepare<number[]>(
    `UPDATE migration_runs SET heartbeat_at = ?, ${Object.values(counterColumns)
      .map((column) => `${column} = ${column} + ?`)
      .join(', ')} WHERE id = ?`,
  );
  const finish = db.prepare<[string, number, number, string | null, number]>(
    'UPDATE migration_runs SET status = ?, ended_at = ?, heartbeat_at = ?, error_message = ? WHERE id = ?',
  );
  const interrupt = db.prepare(
    "UPDATE migration_runs SET status = 'interrupted', ended_at = heartbeat_at WHERE status = 'running'",
  );
  const adopted = db
    .prepare<[string, number], number>('SELECT 1 FROM migration_runs WHERE command = ? AND started_at = ?')
    .pluck();
  const adopt = db.prepare<(string | number | null)[]>(
    `INSERT INTO migration_runs (run_type, mode, command, status, started_at, ended_at, heartbeat_at, host, pid,
       error_message, config_snapshot, processed, copied, failed, skipped, created, replaced)
     VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?, 'null', ?, ?, ?, ?, ?, ?)`,
  );
  const newest = db.prepare<[number], Row>(`SELECT ${columns} FROM migration_runs ORDER BY id DESC LIMIT +?`);
  const byId = db.prepare<[number], Row>(`SELECT ${columns} FROM migration_runs WHERE id = ?`);
  // The journal and the watermark still speak of some runs, and the newest backup may yet be resumed.
  const deleteOld = db.prepare<[number, number]>(
    `DELETE FROM migration_runs WHERE id IN (
       SELECT id FROM migration_runs r WHERE started_at < ? AND status <> 'running'
         AND NOT EXISTS (SELECT 1 FROM url_updates u WHERE u.run_id = r.id)
         AND NOT EXISTS (SELECT 1 FROM catalog c WHERE r.id IN (c.watermark_run_id, c.seen_by))
         AND id < (SELECT max(id) FROM migration_runs)
       LIMIT +?)`,
  );
  const sequence = db.prepare<[number, number]>(
    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'migration_runs' AND ? > 0",
  );
  const beginSequence = db.prepare<[number]>(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'migration_runs', ?
     WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'migration_runs')`,
  );
  return {
    /** The next number is higher than this one. */
    numbersFollow: (given: number): void => {
      beginSequence.run(0);
      sequence.run(given, given);
    },
    insert: (run: NewRun, now: number): RunId =>
      Number(
        insert.run(
          run.type,
          run.mode,
          masked(run.command),
          now,
          now,
          hostname(),
          process.pid,
          JSON.stringify(run.configSnapshot ?? null),
          run.scope === undefined ? null : JSON.stringify(run.scope),
        ).lastInsertRowid,
      ) as RunId,
    /** Takes on a run of another program; false when it was taken on before. */
    adopt(run: AdoptedRun): boolean {
      if (adopted.get(run.command, run.startedAt) !== undefined) return false;
      const { type, mode, command, status, startedAt, endedAt, message } = run;
      const { processed, copied, failed, skipped, created, replaced } = run;
      const heartbeatAt = endedAt ?? startedAt;
      adopt.run(
        ...[type, mode, command, status, startedAt, endedAt ?? null, heartbeatAt, message ?? null],
        ...[processed, copied, failed, skipped, created, replaced],
      );
      return true;
    },
    heartbeat: (run: RunId, position: ResumePosition | undefined, now: number): void => {
      heartbeat.run(now, position === undefined ? null : JSON.stringify(position), run);
    },
    /** Adds to a run's counters; also a sign of life. */
    add: (run: RunId, counters: Partial<RunCounters>, now: number): void => {
      add.run(now, ...counterNames.map((name) => counters[name] ?? 0), run);
    },
    finish: (run: RunId, { status, message }: RunEnd, now: number): void => {
      finish.run(status, now, now, message === undefined ? null : masked(message), run);
    },
    /** Call with the lock in hand: whatever is still called running then has died. */
    interruptDead: (): number => interrupt.run().changes,
    newest: (limit: number): Run[] => newest.all(limit).map(runOf),
    byId(id: RunId): Run | undefined {
      const row = byId.get(id);
      return row === undefined ? undefined : runOf(row);
    },
    deleteOlder: (before: number, limit: number): number => deleteOld.run(before, limit).changes,
  };
}

function runOf(row: Row): Run {
  return {
    id: row.id,
    type: row.run_type,
    mode: row.mode,
    command: row.command,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    heartbeatAt: row.heartbeat_at,
    host: row.host,
    pid: row.pid,
    message: row.error_message ?? undefined,
    scope: row.scope === null ? undefined : (JSON.parse(row.scope) as NonNullable<NewRun['scope']>),
    position: row.position === null ? undefined : (JSON.parse(row.position) as ResumePosition),
    counters: Object.fromEntries(
      counterNames.map((name): [CounterName, number] => [name, row[counterColumns[name]] ?? 0]),
    ) as RunCounters,
  };
}
