import type Database from 'better-sqlite3';
import type { Drift } from '../statistics.ts';

const dayMs = 86_400_000;

type Counted = { day: number; documents: number };

/** Reads every document and every older revision once. */
export function driftTable(db: Database.Database) {
  // a run with a scope (--account, --limit) does not see all documents
  const firstBackup = db
    .prepare<[], number | null>(
      `SELECT min(ended_at) FROM migration_runs
       WHERE run_type = 'backup' AND scope IS NULL AND status IN ('completed', 'completed_with_failures')`,
    )
    .pluck();
  const created = db.prepare<[number], Counted & { later: number }>(
    `SELECT created_at > ? AS later, created_at / ${dayMs} AS day, count(*) AS documents FROM documents GROUP BY 1, 2`,
  );
  const replaced = db.prepare<[], Counted>(
    `SELECT replaced_at / ${dayMs} AS day, count(*) AS documents FROM file_revisions GROUP BY 1`,
  );
  return {
    drift(): Drift {
      const until = firstBackup.get() ?? undefined;
      if (until === undefined) return { inventory: undefined, days: [] };
      const days = new Map<number, { created: number; replaced: number }>();
      const add = (day: number, kind: 'created' | 'replaced', documents: number): void => {
        const sum = days.get(day) ?? { created: 0, replaced: 0 };
        sum[kind] += documents;
        days.set(day, sum);
      };
      let inventory = 0;
      for (const { later, day, documents } of created.all(until)) {
        if (later === 0) inventory += documents;
        else add(day, 'created', documents);
      }
      for (const { day, documents } of replaced.all()) add(day, 'replaced', documents);
      return {
        inventory: { documents: inventory, until },
        days: [...days]
          .sort(([a], [b]) => a - b)
          .map(([day, counts]) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), ...counts })),
      };
    },
  };
}
