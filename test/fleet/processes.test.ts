import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentId, objectKey, organizationId } from '@file-migration/config';
import { Lease } from '../../plugin/src/fleet/lease.ts';
import { Fleet } from '../../plugin/src/fleet/fleet.ts';
import {
  documentsPerJob,
  fillMs,
  Processes,
  silenceMs,
  type ProcessSetup,
} from '../../plugin/src/fleet/engines/processes.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { CopyRequest } from '../../plugin/src/storage/copy-result.ts';
import type { Storage } from '../../plugin/src/storage/storage.ts';
import { audit, filesIn } from '@file-migration/kit/migration/audit';
import {
  addDocuments,
  migrationWorld,
  worldConfigInput,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { storeKeys } from '@file-migration/kit/migration/world-config';

const workerFile = new URL('../../plugin/src/context/copy-worker.ts', import.meta.url);
const { signal: never } = new AbortController();

type OverProcesses = { readonly processes: Processes; readonly fleet: Fleet };

async function overProcesses(count: number, setup: ProcessSetup): Promise<OverProcesses> {
  const env = { ...process.env, ...storeKeys };
  const queue = new Processes({ count, setup, workerFile, env });
  const fence = (): Promise<void> => Promise.resolve();
  const fleet = await Fleet.open({ queue, documentsPerJob, fillMs, silenceMs, graceMs: 0, fence, signal: never });
  return { processes: queue, fleet };
}

/** Real workers on the world's store, with a migration.json of their own. */
async function realProcesses(world: MigrationWorld, count: number): Promise<OverProcesses> {
  const { folder, store, org } = world;
  const configFile = join(folder, 'migration.json');
  await writeFile(configFile, JSON.stringify(worldConfigInput({ folder, storeUrl: store.url })));
  return await overProcesses(count, { configFile, organizationId: organizationId(org.orgId) });
}

function over(fleet: Fleet): (storage: Storage) => Storage {
  return (storage) => ({
    ...storage,
    copy: (request, signal) => fleet.copy(request, signal),
    compare: (request, depth, signal) => fleet.compare(request, depth, signal),
    load: () => fleet.load(),
  });
}

const request: CopyRequest = {
  document: documentId('a01000000000001'),
  revision: 1,
  url: 'https://vendor.example/a',
  key: objectKey('uploads/x/1'),
  fileName: 'a.pdf',
};

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited too long for ${what}.`);
    await sleep(10);
  }
}

describe('copying with several processes', () => {
  it('copies every document once, byte-equal, and counts as one process does', async () => {
    const world = await migrationWorld();
    await addDocuments(world, 120);
    const { processes, fleet } = await realProcesses(world, 2);
    try {
      const result = await world.run({}, { watch: over(fleet) });
      expect(result.status).to.equal('completed');
      expect((await audit(world)).map(({ state }) => state)).to.deep.equal(Array(120).fill('verified'));
      expect(processes.processes()).to.have.length(2);
    } finally {
      await fleet.close();
      await world.close();
    }
    expect(processes.processes()).to.deep.equal([]);
  });

  it('gives what a killed process had in hand to another, and loses nothing', async () => {
    const world = await migrationWorld();
    await addDocuments(world, 150);
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 30 } }]);
    const { processes, fleet } = await realProcesses(world, 2);
    let kills = 0;
    const killing = (async () => {
      for (const copied of [5, 40, 80]) {
        await until(() => filesIn(world.store).length >= copied, `${copied} copies`);
        const busiest = processes.processes().reduce((most, each) => (each.documents > most.documents ? each : most));
        process.kill(busiest.pid, 'SIGKILL');
        kills++;
      }
    })();
    try {
      const result = await world.run({}, { watch: over(fleet) });
      await killing;
      expect(kills).to.equal(3);
      expect(result.status).to.equal('completed');
      expect((await audit(world)).map(({ state }) => state)).to.deep.equal(Array(150).fill('verified'));
    } finally {
      await fleet.close();
      await world.close();
    }
  });

  it('says why when workers cannot work', async () => {
    const setup = { configFile: '/nowhere/migration.json', organizationId: organizationId('00D000000000001EAA') };
    const { fleet } = await overProcesses(2, setup);
    const error: unknown = await fleet.copy(request, never).catch((caught: unknown) => caught);
    expect((error as Error).message).to.include('/nowhere/migration.json');
    await fleet.close();
  });
});

describe('the lease of a worker', () => {
  it('lets it write while it hears from the coordinator, and no longer', () => {
    let now = 0;
    const lease = new Lease(15_000, () => now);
    expect(() => lease.require()).to.throw(Failure);
    lease.renew();
    now = 14_999;
    lease.require();
    now = 15_000;
    expect(() => lease.require()).to.throw('could not reach its coordinator');
    lease.renew();
    lease.require();
    now = 40_000;
    // the answer came late: by then the jobs may be another one's
    lease.renew(20_000);
    expect(() => lease.require()).to.throw(Failure);
  });
});
