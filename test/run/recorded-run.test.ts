import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import type { Run } from '../../plugin/src/model/run.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { recordedRun } from '../../plugin/src/run/recorded-run.ts';
import { catalogWorld, type CatalogWorld, newRun } from '@file-migration/kit/catalog/catalog-world';

describe('A recorded run', () => {
  let world: CatalogWorld;
  let catalog: Catalog;
  let said: string[];
  beforeEach(async () => {
    world = await catalogWorld();
    catalog = await world.open();
    said = [];
  });
  afterEach(() => world.close());

  const log = {
    event: (name: string) => void said.push(name),
    failure: (name: string, error: unknown) => void said.push(`${name}: ${(error as Error).message}`),
    close: () => undefined,
  };
  const row = async (): Promise<Run> => (await catalog.runs(1))[0] ?? expect.fail('no run');

  it('shows that it lives while it works, and no more once it has ended', async () => {
    const started = world.now;
    await recordedRun(
      { catalog, log },
      newRun,
      async () => {
        expect(await row()).to.include({ status: 'running', heartbeatAt: started });
        world.pass(5_000);
        while ((await row()).heartbeatAt === started) await sleep(5);
        return { status: 'completed' } as const;
      },
      20,
    );
    expect(await row()).to.include({ status: 'completed', heartbeatAt: started + 5_000 });
    world.pass(5_000);
    await sleep(60);
    expect((await row()).heartbeatAt).to.equal(started + 5_000);
    expect(said).to.deep.equal(['run started', 'run ended']);
  });

  it('ends as its work says, and returns what that returned', async () => {
    const stopped = { status: 'stopped', message: 'Stopped by a signal.', left: 7 } as const;
    expect(await recordedRun({ catalog, log }, newRun, () => Promise.resolve(stopped))).to.equal(stopped);
    expect(await row()).to.include({ status: 'stopped', message: 'Stopped by a signal.' });
  });

  for (const [failureClass, status] of [
    ['pause', 'stopped'],
    ['stop', 'failed'],
  ] as const) {
    it(`that throws a failure of class ${failureClass} has ${status}, with the reason`, async () => {
      const failure = new Failure('The limit is spent.', { code: 'api-budget-spent', failureClass });
      const thrown: unknown = await recordedRun({ catalog, log }, newRun, () => Promise.reject(failure)).catch(
        (error: unknown) => error,
      );
      expect(thrown).to.equal(failure);
      expect(await row()).to.include({ status, message: 'The limit is spent.' });
      expect(said).to.deep.equal(['run started', 'run ended: The limit is spent.']);
    });
  }
});
