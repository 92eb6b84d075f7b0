import { expect } from 'chai';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { runRollback, runSwitch } from '@file-migration/kit/migration/switch';

/** Real time runs 200 times as fast here. */
const scale = 200;
const documents = 200;
const rowsPerJob = 40;
/** What a job of 10,000 rows takes: two minutes, the longest that a job may become. */
const jobSeconds = 120;

/** As the org client has it: the first look after a second, then up to 20 s apart. */
const poll = { firstMs: 1_000 / scale, mostMs: 20_000 / scale };
/** The bound for 100,000 documents in jobs of 10,000: twice as many jobs as here. */
const mostCalls = 250;
/** A job of 10,000 rows is read in five calls before and five after; one of these in one and one. */
const readsSaved = (documents / rowsPerJob) * (5 + 5 - 2);

describe('Waiting for jobs that take as long as real ones', () => {
  let world: MigrationWorld;
  before(async () => {
    world = await migrationWorld({ org: { bulk: { jobMs: 5, batchMs: (jobSeconds * 1_000) / scale } } });
    await addDocuments(world, documents, { accounts: 5 });
    await world.run();
  });
  after(() => world.close());

  for (const task of ['switch', 'rollback'] as const) {
    it(`costs a ${task} at most ${mostCalls} API calls for 100,000 documents`, async () => {
      const options = { settings: { rowsPerJob, canaryRows: rowsPerJob }, poll };
      const { confirmed, jobs, requests } = await (task === 'switch'
        ? runSwitch(world, {}, options)
        : runRollback(world, {}, options));
      expect({ confirmed, jobs }).to.deep.equal({ confirmed: documents, jobs: documents / rowsPerJob });
      expect(2 * (requests + readsSaved)).to.be.at.most(mostCalls);
    });
  }
});
