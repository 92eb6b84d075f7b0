import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { migrationConfig } from '@file-migration/config';
import type { Gate, GateId, IgnorableGate } from '../../plugin/src/readiness/gate.ts';
import { readiness, requireReady } from '../../plugin/src/readiness/readiness.ts';
import { chooseWave } from '../../plugin/src/readiness/wave.ts';
import { TARGET, addDocuments, backupWorld, worldConfig, type BackupWorld } from '../backup/world.ts';
import { failureOf } from '../org/failure-of.ts';
import { withTools, type Place } from './world.ts';

describe('The readiness of a switch', function () {
  this.timeout(60_000);
  let world: BackupWorld;
  let redirect: Server;
  let seen: string[];
  let status: number;

  beforeEach(async () => {
    seen = [];
    status = 302;
    redirect = createServer((request, response) => {
      seen.push(`${request.headers.authorization ?? 'nobody'} ${request.url ?? ''}`);
      response.writeHead(status).end();
    });
    await once(redirect.listen(0, '127.0.0.1'), 'listening');
    world = await backupWorld();
  });
  afterEach(async () => {
    redirect.close();
    redirect.closeAllConnections();
    await world.close();
  });

  function place(changes: Parameters<typeof migrationConfig>[0]['switch'] = {}): Place {
    const baseUrl = `http://127.0.0.1:${(redirect.address() as AddressInfo).port}`;
    const config = worldConfig(
      { folder: world.folder, storeUrl: world.store.url },
      { link: { baseUrl }, switch: { ...changes, gates: { redirectSample: 3, ...changes.gates } } },
    );
    return { org: world.org, config };
  }

  async function gates(here: Place, ignore: readonly IgnorableGate[] = []): Promise<Map<GateId, Gate>> {
    const found = await withTools(here, async (tools) =>
      readiness(
        tools,
        here.config,
        {
          wave: chooseWave(await tools.catalog.waveAccounts(), {}),
          ignore,
          bearer: () => 'token-of-the-org',
          heads: true,
        },
        new AbortController().signal,
      ),
    );
    return new Map(found.map((gate) => [gate.id, gate]));
  }

  it('is green after a backup, and opens a sample through the redirect as this user', async () => {
    await addDocuments(world, 12);
    await world.run();
    const found = await gates(place({ gates: { permittedUsersMinimumShare: 0, driftMaximumShare: 1 } }));
    expect([...found.values()].filter(({ verdict }) => verdict !== 'green')).to.deep.equal([]);
    expect(seen).to.have.length(3);
    expect(seen[0]).to.match(/^Bearer token-of-the-org \/d\/\w{18}$/);
    requireReady([...found.values()]);
  });

  it('names every red gate with its number, its threshold and what mends it', async () => {
    await addDocuments(world, 12);
    status = 503;
    const found = await gates(place());
    for (const id of ['documents', 'backup-age', 'drift'] as const) {
      expect(found.get(id)?.verdict, id).to.equal('red');
      expect(found.get(id)?.mend, id).to.equal('sf migrate files backup');
    }
    const failure = await failureOf(Promise.resolve().then(() => requireReady([...found.values()])));
    expect(failure.code).to.equal('not-ready');
    expect(failure.actions.join('\n')).to.include('--ignore-gate drift').and.not.include('--ignore-gate documents');
  });

  it('goes on beside an ignored gate, and only those that may be ignored are', async () => {
    await addDocuments(world, 3);
    await world.run();
    status = 503;
    const found = await gates(place(), ['redirect', 'permission-set', 'drift']);
    expect(found.get('redirect')).to.include({ verdict: 'ignored' });
    requireReady([...found.values()]);
  });

  it('finds target objects that have gone or changed since they were copied', async () => {
    await addDocuments(world, 5);
    await world.run();
    const [object] = [...world.store.list(TARGET)].filter(({ key }) => key.endsWith('.pdf'));
    world.store.seed(TARGET, object!.key, { bytes: Buffer.from('something else'), checksum: 'none' });
    const config = place();
    const aged = {
      ...config,
      config: {
        ...config.config,
        switch: {
          ...config.config.switch,
          gates: { ...config.config.switch.gates, headMaximumAgeHours: 0 },
        },
      },
    };
    const found = await gates(aged);
    expect(found.get('target-heads')).to.include({ verdict: 'red' });
    expect(found.get('target-heads')?.found).to.match(/5 looked at now.*1 object differ/);
  });

  it('refuses links that do not fit, and an org without our fields or the guard', async () => {
    await addDocuments(world, 2);
    await world.run();
    const long = `http://127.0.0.1:${(redirect.address() as AddressInfo).port}/${'x'.repeat(250)}`;
    const here = place();
    const found = await gates({ ...here, config: { ...here.config, link: { ...here.config.link, baseUrl: long } } });
    expect(found.get('link-length')).to.include({ verdict: 'red' });
  });

  it('sees what is not deployed', async () => {
    await world.close();
    world = await backupWorld({ org: { deployed: false, guard: false } });
    await addDocuments(world, 2);
    await world.run();
    const found = await gates(place());
    expect(found.get('fields')).to.include({ verdict: 'red' });
    expect(found.get('fields')?.mend).to.include('force-app/document');
    expect(found.get('guard')).to.include({ verdict: 'red' });
  });
});
