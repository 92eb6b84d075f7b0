import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import Database from 'better-sqlite3';
import { documentId, encodeKey, type RedirectProof, type migrationConfig } from '@file-migration/config';
import type { Gate } from '../../plugin/src/checks/check.ts';
import type { GateId, IgnorableGate } from '../../plugin/src/checks/rule-book.ts';
import { recheckCopies, recheckStages } from '../../plugin/src/verify/recheck-copies.ts';
import { VerifyProgress } from '../../plugin/src/verify/verify-progress.ts';
import { otherRunCheck } from '../../plugin/src/checks/catalog-checks.ts';
import { readiness, requireReady } from '../../plugin/src/checks/readiness.ts';
import { chooseWave } from '../../plugin/src/checks/wave.ts';
import {
  TARGET,
  VENDOR,
  addDocuments,
  migrationWorld,
  content,
  documentRecord,
  sourceUrl,
  worldConfig,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { provingRedirect, type ProvingRedirect } from '@file-migration/kit/migration/proving-redirect';
import { linksInOrg, runSwitch, withTools, type Place } from '@file-migration/kit/migration/switch';

const info = { command: 'test readiness', configSnapshot: {} };

describe('The readiness of a switch', () => {
  let world: MigrationWorld;
  let redirect: ProvingRedirect;

  beforeEach(async () => {
    redirect = await provingRedirect(() => world);
    world = await migrationWorld();
  });
  afterEach(async () => {
    redirect.close();
    await world.close();
  });

  function place(changes: Parameters<typeof migrationConfig>[0]['switch'] = {}): Place {
    const config = worldConfig(
      { folder: world.folder, storeUrl: world.store.url },
      { link: { baseUrl: redirect.url }, switch: { ...changes, gates: { redirectSample: 3, ...changes.gates } } },
    );
    return { org: world.org, config };
  }

  async function gates(here: Place, ignore: readonly IgnorableGate[] = []): Promise<Map<GateId, Gate>> {
    const { signal } = new AbortController();
    const found = await withTools(here, async (tools) => {
      const wave = chooseWave(await tools.catalog.waveAccounts(), {});
      const seen = await recheckCopies(tools, wave, {
        settings: here.config,
        info,
        progress: new VerifyProgress(recheckStages[0]),
        signal,
      });
      const request = { wave, ignore, bearer: () => 'token-of-the-org', seen };
      return await readiness(tools, here.config, request, signal);
    });
    return new Map(found.map((gate) => [gate.id, gate]));
  }

  it('passes after a backup, when the redirect proves to this user that it can read a sample of the copies', async () => {
    await addDocuments(world, 12);
    await world.run();
    const found = await gates(place({ gates: { permittedUsersMinimumShare: 0, driftMaximumShare: 1 } }));
    expect([...found.values()].filter(({ status }) => status !== 'passed')).to.deep.equal([]);
    expect(redirect.seen).to.deep.equal(['Bearer token-of-the-org /proof']);
    expect(found.get('redirect')?.found).to.equal('3 of 3 the service can read');
    requireReady([...found.values()]);
  });

  it('asks the redirect through the proxy that the environment names', async () => {
    await addDocuments(world, 2);
    await world.run();
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, client) => {
      asked.push(request.url ?? '');
      const through = connect(Number(new URL(redirect.url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        through.pipe(client).pipe(through);
      });
      through.on('error', () => client.destroy());
      client.on('error', () => through.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const here = place();
    const baseUrl = `http://redirect.example:${new URL(redirect.url).port}`;
    redirect.says = { publicUrl: baseUrl };
    const variables = {
      HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NO_PROXY: '127.0.0.1',
    };
    Object.assign(process.env, variables);
    try {
      const found = await gates({ ...here, config: { ...here.config, link: { ...here.config.link, baseUrl } } });
      expect(found.get('redirect')).to.include({ status: 'passed' });
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
      proxy.close();
      proxy.closeAllConnections();
    }
    expect(asked).to.include(new URL(baseUrl).host);
  });

  it('names every gate that has not passed with its number, what is expected and what fixes it', async () => {
    await addDocuments(world, 12);
    redirect.status = 503;
    const found = await gates(place());
    for (const id of ['documents', 'backup-age', 'drift'] as const) {
      expect(found.get(id)?.status, id).to.equal(id === 'drift' ? 'unknown' : 'failed');
      expect(found.get(id)?.fix, id).to.equal('sf migrate files backup');
    }
    const failure = await failureOf(Promise.resolve().then(() => requireReady([...found.values()])));
    expect(failure.code).to.equal('not-ready');
    expect(failure.actions.join('\n')).to.include('--ignore-gate drift').and.not.include('--ignore-gate documents');
  });

  it('goes on beside an ignored gate, and only those that may be ignored are', async () => {
    await addDocuments(world, 3);
    await world.run();
    redirect.status = 503;
    const found = await gates(place(), ['redirect', 'permission-set', 'drift']);
    expect(found.get('redirect')).to.include({ status: 'ignored' });
    requireReady([...found.values()]);
  });

  const otherPlaces: [what: string, says: Partial<RedirectProof>][] = [
    ['bucket', { bucket: 'other-files' }],
    ['key prefix', { keyPrefix: 'files/' }],
    ['organization', { organizationId: '00D000000000009AAA' }],
    ['object', { object: 'Other__c' }],
    ['key layout version', { keyLayoutVersion: 99 }],
    ['mode', { mode: 'original' }],
    ['address', { publicUrl: 'https://elsewhere.example.com', formerUrls: [] }],
  ];
  for (const [what, says] of otherPlaces) {
    it(`is refused when the redirect serves another ${what} than links would lead to, whatever is ignored`, async () => {
      await addDocuments(world, 3);
      await world.run();
      redirect.says = says;
      const gate = (await gates(place(), ['redirect'])).get('redirect');
      expect(gate).to.include({ status: 'failed', ignorable: false });
      expect(gate?.found).to.include(`its ${what} is `);
    });
  }

  it('is refused when the service cannot read a copy, or reads another size than was copied', async () => {
    await addDocuments(world, 3);
    await world.run();
    const [first, second] = [...world.store.list(TARGET)].filter(({ key }) => key.endsWith('.pdf'));
    world.store.remove(TARGET, first!.key);
    world.store.seed(TARGET, second!.key, { bytes: Buffer.from('short') });
    const gate = (await gates(place(), ['redirect'])).get('redirect');
    expect(gate).to.include({ status: 'failed', ignorable: false });
    expect(gate?.found).to.match(/^2 documents of 3 the service cannot read .*5 bytes instead of 200/);
  });

  it('does not pass where there was nothing to try', async () => {
    const found = await gates(place());
    expect(found.get('documents')).to.include({ status: 'failed' });
    expect(found.get('redirect')).to.include({ status: 'unknown', found: 'no copy to try it with' });
    for (const id of ['evidence', 'copies'] as const)
      expect(found.get(id)).to.include({ status: 'not-checked', found: 'there is no document to look at' });
  });

  /** Looks never count as recent: every copy is looked at. */
  function alwaysLooking(): Place {
    const { org, config } = place({ gates: { driftMaximumShare: 1, permittedUsersMinimumShare: 0 } });
    const gatesOf = { ...config.switch.gates, headMaximumAgeHours: 0 };
    return { org, config: { ...config, switch: { ...config.switch, gates: gatesOf } } };
  }

  it('finds targets that have gone or changed since they were copied, and takes their documents out of the wave', async () => {
    await addDocuments(world, 5);
    await world.run();
    const [object, other] = [...world.store.list(TARGET)].filter(({ key }) => key.endsWith('.pdf'));
    world.store.seed(TARGET, object!.key, { bytes: Buffer.from('something else'), checksum: 'none' });
    world.store.remove(TARGET, other!.key);
    const here = alwaysLooking();
    const found = await gates(here);
    expect(found.get('copies')).to.include({ status: 'failed' });
    expect(found.get('copies')?.found).to.match(/^5 looked at now in .*2 documents differ, such as \w{18}, \w{18}/);
    expect(found.get('copies')?.fix).to.include('sf migrate files backup');
    const again = await gates(here);
    expect(again.get('copies')?.found).to.match(/^3 looked at now/);
    expect(again.get('copies')).to.include({ status: 'passed' });
  });

  it('finds sources that were overwritten since they were copied', async () => {
    const [changed] = await addDocuments(world, 4);
    await world.run();
    world.store.seed(VENDOR, changed!.key, { bytes: Buffer.from('a newer file'), checksum: 'none' });
    const found = await gates(alwaysLooking());
    expect(found.get('copies')).to.include({ status: 'failed' });
    expect(found.get('copies')?.found).to.include(`1 document differ, such as ${changed!.id}`);
  });

  it('looks at no copy again that it saw within the time allowed', async () => {
    await addDocuments(world, 30, { accounts: 10 });
    await world.run();
    const requests = (): number => world.store.traffic.count('HeadObject');
    const before = requests();
    expect((await gates(place())).get('copies')?.found).to.match(/^0 looked at now .*30 within 24 h/);
    expect(requests(), 'the backup has seen them all').to.equal(before);
  });

  it('goes on where it stopped when it was interrupted: no copy is looked at twice', async () => {
    const documents = 260;
    await addDocuments(world, documents);
    await world.run();
    // two days later nothing counts as seen lately
    const catalog = new Database(world.config.catalog.file);
    catalog.prepare('UPDATE documents SET backed_up_at = backed_up_at - 48 * 3600 * 1000').run();
    catalog.close();
    const heads = (): number => world.store.traffic.count('HeadObject');
    const before = heads();
    world.store.setFaults([{ match: { operation: 'HeadObject' }, fault: { kind: 'latency', milliseconds: 25 } }]);
    const stop = new AbortController();
    const interrupted = withTools(place(), async (tools) => {
      const wave = chooseWave(await tools.catalog.waveAccounts(), {});
      const options = {
        settings: place().config,
        info,
        progress: new VerifyProgress(recheckStages[0]),
        signal: stop.signal,
      };
      return await recheckCopies(tools, wave, options);
    }).catch((error: unknown) => error);
    while (heads() - before < documents / 2) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(await interrupted).to.be.instanceOf(Error);
    world.store.setFaults([]);
    const [run] = await world.look((reader) => reader.runs(1));
    expect(run).to.include({ type: 'verify', status: 'stopped' });

    // the store counts those that were under way a little later
    await new Promise((resolve) => setTimeout(resolve, 200));
    const between = heads();
    const found = (await gates(place({ gates: { driftMaximumShare: 1 } }))).get('copies');
    const [, looked = '', recent = ''] =
      /^(\d+) looked at now in .*?, (\d+) within 24 h/.exec(found?.found ?? '') ?? [];
    expect(Number(looked) + Number(recent), found?.found).to.equal(documents);
    expect(Number(recent), 'kept from the interrupted pass').to.be.greaterThan(0);
    expect(heads() - between, 'two a document, and no more').to.equal(2 * Number(looked));
    expect((await gates(place())).get('copies')?.found).to.match(/^0 looked at now/);
  });

  it('leaves documents out of the wave whose source cannot be looked at, and fails only where they are many', async () => {
    const written = await addDocuments(world, 40);
    await world.run();
    world.store.remove(VENDOR, written[3]!.key);
    const here = alwaysLooking();
    const few = { ...here, config: { ...here.config, switch: { ...here.config.switch, errorShareStop: 0.05 } } };
    const found = await gates(few);
    expect(found.get('copies')).to.include({ status: 'passed' });
    expect(found.get('copies')?.found).to.include('1 could not be looked at and keep their URL');
    const many = { ...here, config: { ...here.config, switch: { ...here.config.switch, errorShareStop: 0.01 } } };
    expect((await gates(many)).get('copies')).to.include({ status: 'failed' });
    const since = Date.now();
    await gates(few);
    expect(await runSwitch(few, { seenSince: since })).to.include({ status: 'completed', confirmed: 39 });
    expect(linksInOrg(world).get(written[3]!.id)?.url).to.equal(sourceUrl(written[3]!.key));
  });

  it('refuses links that do not fit, and an org without our fields or the guard', async () => {
    await addDocuments(world, 2);
    await world.run();
    const long = `${redirect.url}/${'x'.repeat(250)}`;
    const here = place();
    const found = await gates({ ...here, config: { ...here.config, link: { ...here.config.link, baseUrl: long } } });
    expect(found.get('link-length')).to.include({ status: 'failed' });
  });

  describe('with plain S3 links', () => {
    /** A bucket that anybody may read, or not. */
    let bucket: Server;
    let answers: number;
    let seen: string[];
    beforeEach(async () => {
      answers = 200;
      seen = [];
      bucket = createServer((request, response) => {
        seen.push(`${request.headers.authorization ?? 'nobody'} ${request.url ?? ''}`);
        response.writeHead(answers).end();
      });
      await once(bucket.listen(0, '127.0.0.1'), 'listening');
    });
    afterEach(() => {
      bucket.close();
      bucket.closeAllConnections();
    });

    /** What the gates say under `link.style: "s3"`, the redirect gate ignored. */
    async function plain(): Promise<Map<GateId, Gate>> {
      const here = place();
      const endpoint = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
      const { config } = here;
      const s3 = { ...config, link: { ...config.link, style: 's3' as const }, target: { ...config.target, endpoint } };
      const found = await withTools(here, async (tools) => {
        const wave = chooseWave(await tools.catalog.waveAccounts(), {});
        const request = { wave, ignore: ['redirect'] as const, bearer: () => 'token-of-the-org' };
        return await readiness(tools, s3, request, new AbortController().signal);
      });
      return new Map(found.map((gate) => [gate.id, gate]));
    }

    it('opens a sample by GET without any signature or token', async () => {
      await addDocuments(world, 4);
      await world.run();
      expect((await plain()).get('redirect')).to.include({ status: 'passed' });
      expect(seen).to.have.length(3);
      for (const request of seen) expect(request).to.match(/^nobody \/own-files\/uploads\//);
    });

    for (const refusal of [403, 302, 404]) {
      it(`is refused when that GET answers ${refusal}, even if the gate is to be ignored`, async () => {
        await addDocuments(world, 4);
        await world.run();
        answers = refusal;
        const gate = (await plain()).get('redirect');
        expect(gate).to.include({ status: 'failed', ignorable: false });
        expect(gate?.found).to.include(`: ${refusal}`);
        const failure = await failureOf(Promise.resolve().then(() => requireReady([gate!])));
        expect(failure.message).to.include('a GET without signature');
        expect(failure.actions.join()).to.not.include('--ignore-gate');
      });
    }

    it('measures the link with the key as it stands in it: no cheaper than it will be', async () => {
      const owner = world.org.records.insertOne('Account', { Name: 'Überseekontor' });
      world.store.seed(VENDOR, 'long', { bytes: content('long', 50), checksum: 'none' });
      const name = `${'ä'.repeat(60)} (2).pdf`;
      const id = world.org.records.insertOne('DocListEntry__c', documentRecord(name, sourceUrl('long'), owner));
      await world.run();
      const key = (await world.look((catalog) => catalog.document(documentId(id))))?.key ?? '';
      const gate = (await plain()).get('link-length');
      // six characters for each ä, three for a parenthesis
      expect(gate).to.include({ status: 'failed' });
      const [, needed = ''] = /Document__c holds 255 characters, (\d+) are needed/.exec(gate?.found ?? '') ?? [];
      const link = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/own-files/${encodeKey(key)}`;
      expect(Number(needed), gate?.found).to.equal(link.length);
    });
  });

  it('tells beforehand that another run works on the catalog', async () => {
    await addDocuments(world, 2);
    await world.run();
    const { signal } = new AbortController();
    await withTools(place(), async ({ org, storage }) => {
      await world.look(async (catalog) => {
        const wave = chooseWave(await catalog.waveAccounts(), {});
        const request = { wave, ignore: [], bearer: () => 'token' };
        const other = async () => {
          const found = await readiness({ catalog, org, storage }, place().config, request, signal);
          return found.find(({ id }) => id === 'other-run');
        };
        expect(await other(), 'this very process').to.include({ status: 'passed' });
        const holder = { host: 'elsewhere', pid: 1, command: 'sf migrate files backup', since: 0, epoch: 1 };
        const held = { ...catalog, holder: () => Promise.resolve(holder) };
        expect(await otherRunCheck(held)).to.include({
          status: 'failed',
          found: '"sf migrate files backup" works on it (process 1 on elsewhere, since 1970-01-01T00:00:00.000Z)',
        });
      });
    });
  });

  it('sees what is not deployed', async () => {
    await world.close();
    world = await migrationWorld({ org: { deployed: false, guard: false } });
    await addDocuments(world, 2);
    await world.run();
    const found = await gates(place());
    expect(found.get('fields')).to.include({ status: 'failed' });
    expect(found.get('fields')?.fix).to.include('deploy:salesforce');
    expect(found.get('guard')).to.include({ status: 'failed' });
  });
});
