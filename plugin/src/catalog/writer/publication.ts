import { Failure } from '../../model/failure.ts';
import type { Publication, PublicationReader } from '../publication.ts';
import type { Run } from '../../model/run.ts';
import type { Synchronous } from '../synchronous.ts';
import type { Tables } from '../tables/tables.ts';
import type { WriterContext } from './transactions.ts';

type Writes = Omit<Synchronous<Publication>, keyof PublicationReader>;

/** What publishing writes down: numbers, hashes of what is in the org, and the calls that it cost. */
export function publication({ tables, write, now }: WriterContext): Writes {
  const { publication: state, publishedRows, runs, counts, errors, identity } = tables;
  return {
    takeSnapshot: (id) =>
      write(() => {
        const run = id === undefined ? runs.newest(1)[0] : runs.byId(id);
        if (run === undefined) return undefined;
        return {
          sequence: state.nextSequence(),
          at: now(),
          counts: counts.read(),
          run,
          broughtForward: broughtForward(tables, run),
          isWholeOrgKnown: identity.watermark() !== undefined,
          errorClasses: errors.classes(),
          gates: state.gates(),
          throughput: state.throughput(run.id),
        };
      }),

    snapshotPublished: (snapshot, throughput) => write(() => state.setSnapshot(snapshot, throughput)),

    spendPublishingCall: (callsPerDay) =>
      write(() => {
        const left = callsPerDay - state.spent(now());
        if (left <= 0) throw budgetSpent(callsPerDay);
        state.spend(now());
        return left - 1;
      }),

    eventPublished: (at) => write(() => state.setEventAt(at)),
    keepGates: (results) => write(() => state.setGates(results)),
    rowsPublished: (rows) => write(() => rows.forEach((row) => publishedRows.put(row))),
    forgetAllPublished: () =>
      write(() => {
        publishedRows.clear();
        state.clearSnapshot();
      }),
    forgetPublished: (keys) => write(() => keys.forEach((key) => publishedRows.remove(key))),
  };
}

/** Of a run that writes to the org, the journal says it; of the others, their counters. */
function broughtForward({ urlUpdates }: Tables, { id, type, counters }: Run): number {
  switch (type) {
    case 'backup':
    case 'verify':
    case 'import':
      return counters.copied + counters.verified;
    case 'switch':
    case 'relink':
    case 'rollback':
      return urlUpdates
        .counts(id)
        .filter(({ state }) => state === 'confirmed' || state === 'superseded')
        .reduce((sum, { rows }) => sum + rows, 0);
  }
}

function budgetSpent(callsPerDay: number): Failure {
  return new Failure(`The ${callsPerDay} calls that publishing may make in 24 hours are spent.`, {
    code: 'publishing-budget-spent',
    actions: ['Allow more with publish.callsPerDay in migration.json, or publish later: sf migrate files publish'],
  });
}
