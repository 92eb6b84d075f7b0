import { expect } from 'chai';
import type { UpdateTools } from '../../plugin/src/jobs/update-context.ts';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { linksInOrg, runSwitch, switchWith, withTools } from '@file-migration/kit/migration/switch';

/** Thrown where the process "dies": no Failure, so that nothing of the protocol takes it for something to fix. */
class Died extends Error {}

/** Every step of one job, in order, and whether it has happened when the process dies. */
const points = [
  ['planRows', 'after'],
  ['putRollbackLines', 'before'],
  ['putRollbackLines', 'after'],
  ['rollbackLinesAt', 'after'],
  ['create', 'after'],
  ['jobMade', 'after'],
  ['upload', 'before'],
  ['upload', 'after'],
  ['jobCommitting', 'after'],
  ['close', 'after'],
  ['ended', 'after'],
  ['openRows', 'before'],
  ['concludeRows', 'before'],
  ['concludeRows', 'after'],
  ['endJob', 'before'],
] as const;
type Point = (typeof points)[number];

describe('A switch whose process dies', () => {
  let world: MigrationWorld;
  let writes: number;
  beforeEach(async () => {
    writes = 0;
    world = await migrationWorld({
      org: {
        automations: [
          {
            object: 'DocListEntry__c',
            name: 'Counts writes',
            kind: 'trigger',
            run: ({ before, after }) => {
              if (before !== undefined && before.Document__c !== after.Document__c) writes += 1;
              return undefined;
            },
          },
        ],
      },
    });
    await addDocuments(world, 8);
    await world.run();
  });
  afterEach(() => world.close());

  for (const point of points) {
    it(`${point[1]} ${point[0]} is gone on with: each URL is written once, and the journal agrees with the org`, async () => {
      expect(await died(point)).to.be.instanceOf(Died);
      const open = await world.look((catalog) => catalog.unfinishedJobs());
      expect(open).to.have.length(1);
      const result = await runSwitch(world);
      expect(result).to.include({ status: 'completed', failed: 0, conflicts: 0 });
      expect(writes).to.equal(8);
      await world.look(async (catalog) => {
        expect(await catalog.unfinishedJobs()).to.deep.equal([]);
        expect((await catalog.counts()).states.switched).to.equal(8);
        for (const { id } of await catalog.documents({ limit: 100 })) {
          const confirmed = (await catalog.journalOf(id)).filter(({ state }) => state === 'confirmed');
          expect(confirmed.map(({ after }) => after.url)).to.deep.equal([linksInOrg(world).get(id)?.url]);
          expect(confirmed[0]?.after.url).to.equal(`${LINK_BASE}/d/${id}`);
        }
      });
      const jobs = world.org.requests.count('bulk.ingest.create');
      expect(jobs, 'jobs made').to.be.at.most(2);
    });
  }

  async function died(point: Point): Promise<unknown> {
    return await withTools(world, (tools) => switchWith(dying(tools, point), world.config)).catch(
      (error: unknown) => error,
    );
  }
});

function dying(tools: UpdateTools, point: Point): UpdateTools {
  return {
    ...tools,
    catalog: fatal(tools.catalog, point),
    storage: fatal(tools.storage, point),
    org: { ...tools.org, updates: fatal(tools.org.updates, point) },
  };
}

/** The same, but the named method ends the process before it does its work or just after. */
function fatal<T extends object>(real: T, [name, when]: Point): T {
  return new Proxy(real, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (property !== name || typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (when === 'after') await (value as (...given: unknown[]) => Promise<unknown>).apply(target, args);
        throw new Died(`${when} ${name}`);
      };
    },
  });
}
