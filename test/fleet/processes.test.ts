import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentId, objectKey, organizationId } from '@file-migration/config';
import { Lease } from '../../plugin/src/fleet/lease.ts';
import { leaseMs } from '../../plugin/src/fleet/messages.ts';
import { Processes } from '../../plugin/src/fleet/processes.ts';
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

const realWorker = new URL('../../plugin/src/context/copy-worker.ts', import.meta.url);
const deadlyWorker = new URL('deadly-worker.ts', import.meta.url);
const { signal: never } = new AbortController();

/** Real workers on the world's store, with a migration.json of their own. */
async function realProcesses(world: MigrationWorld, count: number): Promise<Processes> {
  const { folder, store, org } = world;
  const configFile = join(folder, 'migration.json');
  await writeFile(configFile, JSON.stringify(worldConfigInput({ folder, storeUrl: store.url })));
  const setup = { configFile, organizationId: organizationId(org.orgId) };
  return new Processes({ count, setup, workerFile: realWorker, env: { ...process.env, ...storeKeys } });
}

function over(processes: Processes): (storage: Storage) => Storage {
  return (storage) => ({
    ...storage,
    copy: (request, signal) => processes.copy(request, signal),
    compare: (request, depth, signal) => processes.compare(request, depth, signal),
    load: () => processes.load(),
  });
}

function request(nth: number, fileName = `file ${nth}.pdf`): CopyRequest {
  const document = documentId(`a0100000000${String(nth).padStart(4, '0')}`);
  return { document, revision: 1, url: 'https://vendor.example/a', key: objectKey(`uploads/x/${nth}`), fileName };
}

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
    const processes = await realProcesses(world, 2);
    try {
      const result = await world.run({}, { watch: over(processes) });
      expect(result.status).to.equal('completed');
      expect((await audit(world)).map(({ state }) => state)).to.deep.equal(Array(120).fill('verified'));
      expect(processes.workers()).to.have.length(2);
    } finally {
      await processes.close();
      await world.close();
    }
    expect(processes.workers()).to.deep.equal([]);
  });

  it('gives what a killed process had in hand to another, and loses nothing', async () => {
    const world = await migrationWorld();
    await addDocuments(world, 150);
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 30 } }]);
    const processes = await realProcesses(world, 2);
    let kills = 0;
    const killing = (async () => {
      for (const copied of [5, 40, 80]) {
        await until(() => filesIn(world.store).length >= copied, `${copied} copies`);
        const busiest = processes.workers().reduce((most, each) => (each.documents > most.documents ? each : most));
        process.kill(busiest.pid, 'SIGKILL');
        kills++;
      }
    })();
    try {
      const result = await world.run({}, { watch: over(processes) });
      await killing;
      expect(kills).to.equal(3);
      expect(result.status).to.equal('completed');
      expect((await audit(world)).map(({ state }) => state)).to.deep.equal(Array(150).fill('verified'));
    } finally {
      await processes.close();
      await world.close();
    }
  });

  it('ends a document that its process dies of each time, alone, and no other one', async () => {
    const setup = { configFile: 'none', organizationId: organizationId('00D000000000001EAA') };
    const lost: string[] = [];
    const processes = new Processes({
      count: 2,
      setup,
      workerFile: deadlyWorker,
      onLost: (sentence) => lost.push(sentence),
    });
    try {
      const requests = Array.from({ length: 20 }, (_, nth) => request(nth, nth === 7 ? 'deadly.pdf' : undefined));
      const results = await Promise.all(requests.map((each) => processes.copy(each, never)));
      const [deadly] = results.splice(7, 1);
      expect(deadly).to.include({ kind: 'failed', code: 'worker-lost' });
      expect(results).to.deep.equal(Array(19).fill({ kind: 'skipped', rule: 'too-large' }));
      expect(lost.length).to.be.within(2, 3);
    } finally {
      await processes.close();
    }
  });

  it('takes the first of two answers, and gives a cancelled document back', async () => {
    const setup = { configFile: 'none', organizationId: organizationId('00D000000000001EAA') };
    const processes = new Processes({ count: 1, setup, workerFile: deadlyWorker });
    try {
      const stop = new AbortController();
      const slow = processes.copy(request(1, 'slow.pdf'), stop.signal);
      const quick = await processes.copy(request(2), never);
      expect(quick).to.deep.equal({ kind: 'skipped', rule: 'too-large' });
      await until(() => processes.workers()[0]?.documents === 1, 'the slow document to be in hand');
      stop.abort();
      expect(await slow).to.deep.equal({ kind: 'released' });
      expect(await processes.copy(request(3), AbortSignal.abort())).to.deep.equal({ kind: 'released' });
    } finally {
      await processes.close();
    }
  });

  it('stops everything once this process does not own the catalog any more', async () => {
    const setup = { configFile: 'none', organizationId: organizationId('00D000000000001EAA') };
    const processes = new Processes({
      count: 1,
      setup,
      workerFile: deadlyWorker,
      fence: () => Promise.reject(new Failure('Another process has taken over.', { code: 'lock-lost' })),
    });
    const error: unknown = await processes.copy(request(1, 'slow.pdf'), never).catch((caught: unknown) => caught);
    expect(error).to.include({ code: 'lock-lost' });
    await processes.close();
  });

  it('says why when workers cannot work', async () => {
    const setup = { configFile: '/nowhere/migration.json', organizationId: organizationId('00D000000000001EAA') };
    const processes = new Processes({ count: 2, setup, workerFile: realWorker });
    const error: unknown = await processes.copy(request(1), never).catch((caught: unknown) => caught);
    expect((error as Error).message).to.include('/nowhere/migration.json');
    await processes.close();
  });
});

describe('the lease of a worker', () => {
  it('lets it write while it hears from the coordinator, and no longer', () => {
    let now = 0;
    const lease = new Lease(() => now);
    expect(() => lease.require()).to.throw(Failure);
    lease.renew();
    now = leaseMs - 1;
    lease.require();
    now = leaseMs;
    expect(() => lease.require()).to.throw('has not heard from its coordinator');
    lease.renew();
    lease.require();
  });
});
