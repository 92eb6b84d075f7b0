import type Database from 'better-sqlite3';
import type { GateResults, PublishedSnapshot, ThroughputSeries } from '../publication.ts';
import { gateResultsFrom } from './gate-results.ts';
import type { RunId } from '../../model/run.ts';

const hourMs = 3_600_000;
/** An hour's calls count until all of it is a day ago. */
const countedHours = 24;

type Row = {
  sequence: number;
  snapshot: string | null;
  throughput: string | null;
  gates: string | null;
  event_at: number | null;
};

/** All SQL on `publication` and `publication_calls`. */
export type PublicationTable = ReturnType<typeof publicationTable>;

export function publicationTable(db: Database.Database) {
  const read = db.prepare<[], Row>('SELECT sequence, snapshot, throughput, gates, event_at FROM publication');
  const next = db.prepare<[], number>('UPDATE publication SET sequence = sequence + 1 RETURNING sequence').pluck();
  const setSnapshot = db.prepare<[string | null, string | null]>('UPDATE publication SET snapshot = ?, throughput = ?');
  const setGates = db.prepare<[string]>('UPDATE publication SET gates = ?');
  const setEventAt = db.prepare<[number]>('UPDATE publication SET event_at = ?');
  const spent = db
    .prepare<[number], number>('SELECT coalesce(sum(calls), 0) FROM publication_calls WHERE hour >= ?')
    .pluck();
  const spend = db.prepare<[number]>(
    'INSERT INTO publication_calls (hour, calls) VALUES (?, 1) ON CONFLICT DO UPDATE SET calls = calls + 1',
  );
  const forget = db.prepare<[number]>('DELETE FROM publication_calls WHERE hour < ?');

  const row = (): Row => {
    const found = read.get();
    if (found === undefined) throw new Error('The catalog has no publication row.');
    return found;
  };
  const hourOf = (now: number): number => Math.floor(now / hourMs);
  return {
    sequence: (): number => row().sequence,
    nextSequence: (): number => next.get() ?? 0,
    snapshot(): PublishedSnapshot | undefined {
      const { snapshot } = row();
      return snapshot === null ? undefined : (JSON.parse(snapshot) as PublishedSnapshot);
    },
    /** The throughput that was published of a run last. */
    throughput(run: RunId): ThroughputSeries | undefined {
      const { snapshot, throughput } = row();
      if (snapshot === null || throughput === null) return undefined;
      return (JSON.parse(snapshot) as PublishedSnapshot).run.id === run
        ? (JSON.parse(throughput) as ThroughputSeries)
        : undefined;
    },
    setSnapshot: (snapshot: PublishedSnapshot, throughput: ThroughputSeries): void => {
      setSnapshot.run(JSON.stringify(snapshot), JSON.stringify(throughput));
    },
    clearSnapshot: (): void => {
      setSnapshot.run(null, null);
    },
    gates(): GateResults | undefined {
      const { gates } = row();
      return gates === null ? undefined : gateResultsFrom(gates);
    },
    setGates: (results: GateResults): void => {
      setGates.run(JSON.stringify(results));
    },
    eventAt: (): number | undefined => row().event_at ?? undefined,
    setEventAt: (at: number): void => {
      setEventAt.run(at);
    },
    /** Calls of the last 24 hours, those of the hour in which these began among them. */
    spent: (now: number): number => spent.get(hourOf(now) - countedHours) ?? 0,
    spend(now: number): void {
      spend.run(hourOf(now));
      forget.run(hourOf(now) - countedHours);
    },
  };
}
