import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { addDocuments, sourceUrl, type Written } from '@file-migration/kit/migration/migration-world';
import { provingRedirect, type ProvingRedirect } from '@file-migration/kit/migration/proving-redirect';
import { linksInOrg } from '@file-migration/kit/migration/switch';
import {
  commandWorld,
  expectCode,
  json,
  type CommandWorld,
  type Ended,
} from '@file-migration/kit/command/command-world';

type Config = { link: object; switch: object };
type Gates = { id: string; status: string; ignorable: boolean; found: string }[];

/* One story, told in order: phase 2 as an admin runs it, with everything that comes between. */
describe('switch, resume, relink and rollback, run one after another', () => {
  let world: CommandWorld;
  let redirect: ProvingRedirect;
  let written: Written[];
  const documents = 24;

  before(async () => {
    redirect = await provingRedirect(() => {
      const config = readFileSync(join(world.folder, 'migration.json'), 'utf8');
      return { ...world, config: migrationConfig(JSON.parse(config) as MigrationConfigInput) };
    });
    world = await commandWorld({
      config: {
        link: { baseUrl: address() },
        switch: {
          canaryRereadMinutes: 0,
          gates: { driftMaximumShare: 1, permittedUsersMinimumShare: 0, redirectSample: 3, journalFreeMb: 1 },
        },
      },
    });
    written = await addDocuments(world, documents);
    expectCode(await world.run('backup'), 0);
  });
  after(async () => {
    redirect.close();
    await world.close();
  });

  function address(host = '127.0.0.1'): string {
    return `http://${host}:${new URL(redirect.url).port}`;
  }

  const switched = (base = address()): number =>
    [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(base)).length;
  const jobs = (): number => world.org.requests.count('bulk.ingest.create');

  async function configure(change: (config: Config) => Partial<Config>): Promise<void> {
    const file = join(world.folder, 'migration.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as Config;
    await writeFile(file, JSON.stringify({ ...config, ...change(config) }));
  }

  function gate(ended: Ended, id: string): Gates[number] | undefined {
    return (json(ended).result as { gates: Gates }).gates.find((each) => each.id === id);
  }

  it('the plan tells what it will take of the org’s API calls, and writes nothing', async () => {
    const plan = await world.run('switch', '--json');
    expectCode(plan, 0);
    expect(json(plan).result).to.include({ ready: true, documents, canary: documents });
    expect(json(plan).result).to.have.property('apiCalls').that.is.within(20, 100);
    expect(json(plan)).to.nested.property('result.apiBudget.limit').that.is.greaterThan(0);
    expect((await world.run('switch')).stdout).to.match(/API calls +about \d+ {2}\([\d,]+ of [\d,]+ left today\)/);
    expect(switched()).to.equal(0);
  });

  it('--wait that runs out ends with 69 and the command that goes on', async () => {
    const ended = await world.run('switch', '--execute', '--no-backup', '--wait', '0');
    expectCode(ended, 69);
    expect(ended.stderr)
      .to.match(/Nothing is lost/)
      .and.to.include('sf migrate files switch resume');
    expect(switched()).to.equal(0);
  });

  it('resume asks the gates again: 70 while one has not passed, and nothing is written', async () => {
    redirect.status = 503;
    const ended = await world.run('switch', 'resume');
    expectCode(ended, 70);
    expect(ended.stderr).to.match(/redirect \(http:\S+\/proof answered \d+/);
    expect(switched()).to.equal(0);
  });

  it('resume goes past the gates that the run was told to ignore, and those alone', async () => {
    const ignoring = ['switch', '--execute', '--no-backup', '--ignore-gate', 'redirect'];
    expectCode(await world.run(...ignoring, '--parallel-jobs', '2', '--wait', '0'), 69);
    const ended = await world.run('switch', 'resume', '--json');
    expectCode(ended, 0);
    expect(json(ended).result).to.include({ operation: 'switch', status: 'completed', confirmed: documents });
    expect(json(ended)).to.have.nested.property('result.canary.rows', documents);
    expect(switched()).to.equal(documents);
    const runs = json(await world.run('status', '--runs', '--json')).result as { runs: { scope?: object }[] };
    expect(runs.runs[0]?.scope, 'as the run that it goes on with').to.deep.include({
      ignoredGates: ['redirect'],
      parallelJobs: 2,
    });
  });

  it('relink is refused while the new address opens no sample, and rewrites every link when it does', async () => {
    await configure(() => ({ link: { baseUrl: address('localhost'), formerBaseUrls: [address()] } }));
    const plan = await world.run('switch', 'relink', '--json');
    expectCode(plan, 0);
    expect(json(plan).result).to.include({ write: documents, ready: false });
    expect(gate(plan, 'redirect')).to.include({ status: 'failed', ignorable: true });
    const refused = await world.run('switch', 'relink', '--execute');
    expectCode(refused, 70);
    expect(refused.stderr).to.match(/\/proof answered 503/);
    expect(switched()).to.equal(documents);
    redirect.status = undefined;
    expectCode(await world.run('switch', 'relink', '--execute'), 0);
    expect(switched(address('localhost'))).to.equal(documents);
  });

  it('rollback shows its plan, and puts every original URL back', async () => {
    const plan = await world.run('rollback', '--from-database', '--json');
    expectCode(plan, 0);
    expect(json(plan).result).to.include({ write: documents, changed: 0, absent: 0 });
    const ended = await world.run('rollback', '--from-database', '--execute', '--json');
    expectCode(ended, 0);
    expect(json(ended).result).to.include({ operation: 'rollback', status: 'completed', confirmed: documents });
    for (const { id, key } of written) expect(linksInOrg(world).get(id)?.url).to.equal(sourceUrl(key));
  });

  it('Ctrl-C while Salesforce works on a job ends with 69; a plan names the run that works; resume sends nothing twice', async () => {
    world.org.setFaults([{ match: { operation: 'ingest.job', nth: 1 }, fault: { kind: 'slow', ms: 6_000 } }]);
    const before = jobs();
    const closes = world.org.requests.count('bulk.ingest.change');
    const running = world.start('switch', '--execute', '--no-backup');
    while (world.org.requests.count('bulk.ingest.change') === closes) await new Promise((next) => setTimeout(next, 20));
    const plan = await world.run('switch', '--json');
    expectCode(plan, 0);
    expect(gate(plan, 'other-run')).to.include({ status: 'failed', ignorable: false });
    expect(gate(plan, 'other-run')?.found).to.include(`process ${running.child.pid ?? ''}`);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expectCode(ended, 69);
    expect(ended.stderr).to.include('sf migrate files switch resume');
    const resumed = await world.run('switch', 'resume', '--json');
    expectCode(resumed, 0);
    expect(switched(address('localhost'))).to.equal(documents);
    expect(jobs() - before).to.equal(1);
  });

  it('plain S3 links are refused while a GET without signature is, whatever is ignored', async () => {
    expectCode(await world.run('rollback', '--from-database', '--execute'), 0);
    await configure(({ link }) => ({ link: { ...link, style: 's3' } }));
    const plan = await world.run('switch', '--ignore-gate', 'redirect', '--json');
    expectCode(plan, 0);
    expect(gate(plan, 'redirect')).to.include({ status: 'failed', ignorable: false });
    const ended = await world.run('switch', '--execute', '--no-backup', '--ignore-gate', 'redirect');
    expectCode(ended, 70);
    expect(ended.stderr)
      .to.match(/every one of the sample answers 200 to a GET without signature/)
      .and.to.not.match(/or --ignore-gate redirect/);
    expect([...linksInOrg(world).values()].every(({ url }) => url.includes('vendor-files'))).to.equal(true);
  });
});
