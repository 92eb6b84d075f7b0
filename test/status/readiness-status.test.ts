import { expect } from 'chai';
import { readiness } from '../../plugin/src/checks/readiness.ts';
import { chooseWave } from '../../plugin/src/checks/wave.ts';
import { readinessStatus, type ReadinessStatus } from '../../plugin/src/status/readiness-status.ts';
import { readinessLines } from '../../plugin/src/ui/status/readiness.ts';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { withTools } from '@file-migration/kit/migration/switch';

describe('status --readiness', () => {
  const { signal } = new AbortController();
  let world: MigrationWorld;
  before(async () => {
    world = await migrationWorld({ config: { link: {} } });
    await addDocuments(world, 6, { accounts: 2 });
    await world.run();
  });
  after(() => world.close());

  const fromCatalog = (): Promise<ReadinessStatus> =>
    world.look((catalog) => readinessStatus(catalog, world.config, undefined, signal));

  it('asks the catalog alone, names the gates that it did not ask, and does not call that ready', async () => {
    const { requests } = world.org;
    requests.clear();
    const status = await fromCatalog();
    expect(requests.count('query')).to.equal(0);
    expect(status).to.deep.include({ documents: 6, accounts: 2 });
    expect(status).to.not.have.property('ready');
    expect(status.gates.map(({ id }) => id)).to.deep.equal([
      'documents',
      'evidence',
      'copies',
      'backup-age',
      'disk-space',
      'other-run',
    ]);
    expect(status.notAsked).to.include.members(['drift', 'fields', 'guard', 'redirect', 'lifecycle']);
    const lines = readinessLines(status).join('\n');
    for (const id of status.notAsked) expect(lines).to.contain(id);
    expect(lines).to.contain('sf migrate files status --readiness --target-org <alias>');
  });

  it('asks the org and the bucket when it may, and tells exactly what the plan of switch tells', async () => {
    const [told, plan] = await withTools(world, async ({ catalog, org, storage }) => {
      const outside = { org, storage, bearer: () => 'token' };
      const wave = chooseWave(await catalog.waveAccounts(), {});
      const request = { wave, ignore: [], bearer: outside.bearer };
      return [
        await readinessStatus(catalog, world.config, outside, signal),
        await readiness({ catalog, org, storage }, world.config, request, signal),
      ];
    });
    const lasting = (gates: ReadinessStatus['gates']): unknown[] =>
      gates.filter(({ id }) => id !== 'backup-age' && id !== 'disk-space');
    expect(lasting(told.gates)).to.deep.equal(lasting(plan));
    expect(told.gates.map(({ id }) => id)).to.deep.equal(plan.map(({ id }) => id));
    expect(told).to.deep.include({ ready: false, notAsked: [] });
    const redirect = told.gates.find(({ id }) => id === 'redirect');
    expect(redirect, 'no address is a gate that fails, not an error').to.deep.include({
      status: 'failed',
      found: 'no address is configured',
    });
    expect(readinessLines(told)[0]).to.equal('Not ready to switch 6 documents of 2 accounts:');
  });
});
