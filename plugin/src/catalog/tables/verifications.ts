import type { DocumentId } from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { RunId } from '../../model/run.ts';
import type { PassResults, VerificationPass, VerifiedDocument } from '../verification.ts';
import type { VerificationOutcome } from '../../model/comparison.ts';

/** All SQL on `verification_passes` and `verifications`. */
export type VerificationsTable = ReturnType<typeof verificationsTable>;

export function verificationsTable(db: Database.Database) {
  const giveUp = db.prepare('UPDATE verification_passes SET ended = 1 WHERE ended = 0');
  const begin = db.prepare<[number, string, string | null]>(
    'INSERT INTO verification_passes (run_id, settings, after) VALUES (?, ?, ?)',
  );
  const move = db.prepare<[string, number]>('UPDATE verification_passes SET after = ? WHERE run_id = ?');
  const end = db.prepare<[number]>('UPDATE verification_passes SET ended = 1 WHERE run_id = ?');
  const unfinished = db.prepare<[], { settings: string; after: DocumentId | null }>(
    'SELECT settings, after FROM verification_passes WHERE ended = 0 ORDER BY run_id DESC LIMIT 1',
  );
  const record = db.prepare<[string, number, number, string, string | null, number]>(
    `INSERT INTO verifications (doclist_entry_id, revision, run_id, result, error_type, verified_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET revision = excluded.revision, run_id = excluded.run_id, result = excluded.result,
       error_type = excluded.error_type, verified_at = excluded.verified_at`,
  );
  const results = db.prepare<[string], { result: VerificationOutcome['kind']; documents: number }>(
    `SELECT result, count(*) AS documents FROM verifications WHERE run_id IN (
       SELECT run_id FROM verification_passes WHERE settings ->> 'seed' = ?) GROUP BY result`,
  );
  return {
    begin({ after, ...settings }: VerificationPass, run: RunId): void {
      giveUp.run();
      begin.run(run, JSON.stringify(settings), after ?? null);
    },
    move: (run: RunId, after: DocumentId): void => {
      move.run(after, run);
    },
    end: (run: RunId): void => {
      end.run(run);
    },
    unfinished(): VerificationPass | undefined {
      const row = unfinished.get();
      if (row === undefined) return undefined;
      const settings = JSON.parse(row.settings) as Omit<VerificationPass, 'after'>;
      return { ...settings, after: row.after ?? undefined };
    },
    results: (seed: string): PassResults =>
      Object.fromEntries(results.all(seed).map(({ result, documents }) => [result, documents])),
    record({ id, revision, outcome }: VerifiedDocument, run: RunId, now: number): void {
      record.run(id, revision, run, outcome.kind, outcome.kind === 'not-compared' ? outcome.code : null, now);
    },
  };
}
