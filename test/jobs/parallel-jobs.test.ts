import { expect } from 'chai';
import { JobConcurrency } from '../../plugin/src/jobs/job-concurrency.ts';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { runSwitch, type SwitchOptions } from '@file-migration/kit/migration/switch';
import type { UpdateResult } from '../../plugin/src/jobs/update-documents.ts';
import type { SwitchRequest } from '../../plugin/src/switch/switch.ts';

describe('Jobs at a time', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    world = await migrationWorld({ org: { bulk: { jobMs: 5, pageRows: 200, batchMs: 80 } } });
    await addDocuments(world, 240, { accounts: 12 });
    await world.run();
  });
  afterEach(() => world.close());

  /** A switch in jobs of one account each, with how many of them the org was working on at each look. */
  async function switched(
    parallelJobs: number,
    request: Partial<SwitchRequest> = {},
    settings: SwitchOptions['settings'] = {},
  ): Promise<{ result: UpdateResult; seen: number[] }> {
    const seen: number[] = [];
    const run = { ended: false };
    const result = runSwitch(world, request, {
      settings: { rowsPerJob: 20, canaryRows: 20, parallelJobs, ...settings },
    }).finally(() => (run.ended = true));
    result.catch(() => undefined);
    while (!run.ended) {
      seen.push(await atWork());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { result: await result, seen };
  }

  /** As the org itself tells. */
  async function atWork(): Promise<number> {
    const answer = await fetch(`${world.org.url}/services/data/v68.0/jobs/ingest`, {
      headers: { authorization: `Bearer ${world.org.accessTokens[INTEGRATION_USER] ?? ''}` },
    });
    const { records } = (await answer.json()) as { records: { state: string }[] };
    return records.filter(({ state }) => state === 'UploadComplete' || state === 'InProgress').length;
  }

  const lock = (...nth: number[]) =>
    world.org.setFaults([{ match: { operation: 'ingest.chunk', nth }, fault: { kind: 'lock' } }]);

  it('are as many as were asked for, after a canary that met no locks', async () => {
    const { result, seen } = await switched(3);
    expect(result).to.include({ status: 'completed', confirmed: 240, atOnce: 3, locked: 0 });
    expect(Math.max(...seen)).to.equal(3);
  });

  it('are one by default', async () => {
    const { result, seen } = await switched(world.config.switch.parallelJobs, { wave: { limit: 100 } });
    expect(result).to.include({ status: 'completed', confirmed: 100, atOnce: 1 });
    expect(Math.max(...seen)).to.equal(1);
  });

  it('are one after a canary that met locks, also in the run after that one, until a run met none', async () => {
    lock(1);
    const first = await switched(3, { wave: { limit: 80 } });
    expect(first.result).to.include({ status: 'completed', confirmed: 80, locked: 20, atOnce: 1 });
    expect(Math.max(...first.seen), 'in the run of the canary').to.equal(1);
    const second = await switched(3, { wave: { limit: 80 } });
    expect(Math.max(...second.seen), 'in the run after it').to.equal(1);
    const third = await switched(3);
    expect(third.result).to.include({ status: 'completed', confirmed: 80 });
    expect(Math.max(...third.seen), 'after a run without locks').to.equal(3);
  });

  it('become fewer when rows meet locks on the way, and every row is written all the same', async () => {
    // the canary is the first chunk; one of the first four jobs after it meets a lock, one of the next two another
    lock(3, 7);
    const { result, seen } = await switched(4);
    expect(result).to.include({ status: 'completed', confirmed: 240, failed: 0, atOnce: 4 });
    expect(result.locked, 'a job of 20 rows, and one that may have been a half of it').to.be.within(30, 40);
    expect(Math.max(...seen)).to.equal(4);
    expect(Math.max(...seen.slice(Math.ceil(seen.length * 0.7))), 'in the last part of the run').to.equal(1);
  });

  it('are halved by each job that meets locks, down to one', () => {
    const concurrency = new JobConcurrency(5);
    const open = [1, 2, 3].map(() => {
      concurrency.narrow();
      return concurrency.open;
    });
    expect(open).to.deep.equal([2, 1, 1]);
  });
});
