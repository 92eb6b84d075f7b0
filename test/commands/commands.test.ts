import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TARGET, VENDOR, addDocuments, documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import { filesIn } from '@file-migration/kit/migration/audit';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import {
  commandWorld,
  expectCode,
  json,
  storeSecret,
  type CommandWorld,
  type Ended,
} from '@file-migration/kit/command/command-world';

const documents = 30;

/* One story, told in order: the commands as an admin runs them on one org. */
describe('the commands, run one after another', () => {
  let world: CommandWorld;
  /** All that any command said. */
  const said: string[] = [];
  before(async () => {
    world = await commandWorld();
    await addDocuments(world, documents);
  });
  after(() => world.close());

  async function run(...args: readonly string[]): Promise<Ended> {
    const ended = await world.run(...args);
    said.push(ended.stdout, ended.stderr);
    return ended;
  }

  it('status says where to begin when there is no catalog, and makes none', async () => {
    const plain = await run('status');
    expectCode(plain, 0);
    expect(plain.stdout).to.match(/No backup has been made yet.*sf migrate files doctor/s);
    const asJson = await run('status', '--json');
    expect(json(asJson).result).to.deep.equal({ catalog: null, file: join(world.folder, 'migration_tracking.db') });
    expectSchema('status', asJson);
    expect(await readdir(world.folder)).to.have.members(['home', 'migration.json']);
  });

  it('doctor checks every area', async () => {
    const ended = await run('doctor', '--json');
    expectCode(ended, 0);
    expectSchema('doctor', ended);
    const { checks } = json(ended).result as { checks: { area: string }[] };
    expect(checks.map(({ area }) => area)).to.include.members(['machine', 'catalog', 'org', 'source', 'target']);
  });

  it('accounts counts the documents of all accounts', async () => {
    const ended = await run('accounts', '--limit', '2', '--json');
    expectCode(ended, 0);
    expectSchema('accounts', ended);
    expect(json(ended).result).to.include({ accounts: 3, documents, withoutAccount: 0, matching: 3 });
  });

  it('analyze tells what there is and what it takes, and writes nothing but the file it was asked for', async () => {
    const ended = await run(
      'analyze',
      '--sample',
      '10',
      '--probe',
      '5',
      '--output-file',
      'analysis.csv',
      '--result-format',
      'csv',
      '--json',
    );
    expectCode(ended, 0);
    expectSchema('analyze', ended);
    expect(json(ended).result).to.include({ complete: true, documents, toCopy: documents });
    expect(json(ended).result).to.have.nested.property('liveProbe.read', 5);
    expect(await readFile(join(world.folder, 'analysis.csv'), 'utf8')).to.include(`total,to copy,,${documents}`);
    await rm(join(world.folder, 'analysis.csv'));
    expect(await readdir(world.folder)).to.have.members(['home', 'migration.json']);
    expect([...world.store.list(TARGET)]).to.deep.equal([]);
    const shown = await run('analyze', '--sample', '0', '--probe', '0', '--account', 'f Account 1');
    expectCode(shown, 0);
    expect(shown.stdout).to.match(/Estimated time and cost/);
  });

  it('backup --dry-run writes the whole list and nothing else', async () => {
    const ended = await run('backup', '--dry-run', '--output-file', 'plan.csv', '--json');
    expectCode(ended, 0);
    expectSchema('backup', ended);
    expect(json(ended).result).to.include({ toCopy: documents, alreadyCopied: 0 });
    expect((await readFile(join(world.folder, 'plan.csv'), 'utf8')).trim().split('\n')).to.have.length(documents + 1);
    await rm(join(world.folder, 'plan.csv'));
    expect(await readdir(world.folder)).to.have.members(['home', 'migration.json']);
    expect([...world.store.list(TARGET)]).to.deep.equal([]);
  });

  it('backup copies, in plain lines when nobody watches', async () => {
    const ended = await run('backup');
    expectCode(ended, 0);
    expect(ended.stdout)
      .to.match(/Run 1 \(full\) completed/)
      .and.to.match(/verified +30/);
    expect(ended.stderr.trim().split('\n').length, ended.stderr).to.be.lessThan(12);
    // eslint-disable-next-line no-control-regex -- cursor movements are what must not be there
    expect(`${ended.stdout}${ended.stderr}`).to.not.match(/\u001b\[/);
    expect(filesIn(world.store)).to.have.length(documents);
  });

  it('backup ends with 68 when files are missing, with the result complete', async () => {
    world.org.records.insertOne('DocListEntry__c', documentRecord('gone.pdf', sourceUrl('no-such-file')));
    const ended = await run('backup', '--incremental', '--json');
    expectCode(ended, 68);
    expectSchema('backup', ended);
    expect(json(ended)).to.nested.include({ status: 68, 'result.status': 'completed_with_failures' });
    expect(json(ended)).to.nested.include({ 'result.run.missing': 1, 'result.counts.documents': documents + 1 });
  });

  it('backup --retry tries the missing ones again, and them alone', async () => {
    world.store.seed(VENDOR, 'no-such-file', { bytes: Buffer.from('%PDF-1.4'), contentType: 'application/pdf' });
    const ended = await run('backup', '--retry', 'missing,failed', '--json');
    expectCode(ended, 0);
    expect(json(ended)).to.nested.include({ 'result.run.processed': 1, 'result.run.verified': 1 });
  });

  it('status shows every part, and its states add up', async () => {
    const parts = ['--overview', '--runs', '--accounts', '--errors', '--recent-errors', '5'];
    const ended = await run('status', ...parts, '--json');
    expectCode(ended, 0);
    expectSchema('status', ended);
    const { counts } = (json(ended).result as { overview: { counts: Record<string, Record<string, number>> } })
      .overview;
    const sum = Object.values(counts.states ?? {}).reduce((total, number) => total + number, 0);
    expect(sum)
      .to.equal(documents + 1)
      .and.to.equal(counts.documents);
    const plain = await run('status', ...parts);
    expectCode(plain, 0);
    expect(plain.stdout).to.match(/Overview[^]*Runs[^]*Accounts[^]*Errors by class[^]*Recent errors/);
  });

  it('status --all writes a file whose ending says its format, and every account is in it', async () => {
    expectCode(await run('status', '--all', '--limit', '1', '--output-file', 'status.csv'), 0);
    const csv = await readFile(join(world.folder, 'status.csv'), 'utf8');
    expect(csv)
      .to.match(/^part,name,detail,documents,bytes\n/)
      .and.to.match(/gate,backup-age,passed/);
    await run('status', '--all', '--output-file', 'status.json');
    const written = JSON.parse(await readFile(join(world.folder, 'status.json'), 'utf8')) as { accounts: unknown[] };
    expect(written.accounts).to.have.length(4);
    const cut = await run('status', '--overview', '--accounts', '--limit', '1');
    expect(cut.stdout).to.contain('3 more accounts; show all of them with --limit 4.');
    const nowhere = await run('status', '--output-file', join('no-folder', 'status.csv'));
    expectCode(nowhere, 1);
    expect(nowhere.stderr).to.match(/no-folder.*status\.csv.*does not exist/s);
  });

  it('status --live and --readiness ask the org, and their answers fit the schema', async () => {
    const ended = await run('status', '--all', '--live', '--json');
    expectCode(ended, 0);
    expectSchema('status', ended);
    const { live, readiness } = json(ended).result as { live: { differences: unknown[] }; readiness: object };
    expect(live.differences, JSON.stringify(live.differences)).to.deep.equal([]);
    expect(readiness).to.deep.include({ notAsked: [], ready: false });
    const plain = await run('status', '--live');
    expect(plain.stdout).to.contain('Org and catalog agree.');
    const needless = await run('status', '--target-org', 'whatever');
    expectCode(needless, 2);
    expect(needless.stderr).to.match(/--live/);
  });

  it('the org that the config names goes before the default org of sf', async () => {
    const config = JSON.parse(await readFile(join(world.folder, 'migration.json'), 'utf8')) as object;
    await writeFile(
      join(world.folder, 'other-org.json'),
      JSON.stringify({ ...config, org: { targetOrg: 'unheard-of' } }),
    );
    const ended = await run('accounts', '--config-file', 'other-org.json');
    expectCode(ended, 2);
    expect(ended.stderr).to.match(/unheard-of.*org\.targetOrg/s);
  });

  it('status --watch shows it once and ends when nobody works on the catalog', async () => {
    const ended = await run('status', '--watch');
    expectCode(ended, 0);
    expect(ended.stdout).to.include('31 documents');
  });

  it('cleanup removes nothing that is younger than the days given, and never a document', async () => {
    const ended = await run('cleanup', '--days', '1', '--json');
    expectCode(ended, 0);
    expectSchema('cleanup', ended);
    expect(json(ended).result).to.include({ runs: 0, errors: 0 });
    expect((await run('status')).stdout).to.include('31 documents');
  });

  it('backup refuses another bucket than the catalog is bound to, before it reads anything', async () => {
    const config = JSON.parse(await readFile(join(world.folder, 'migration.json'), 'utf8')) as { target: object };
    const elsewhere = { ...config, target: { ...config.target, bucket: 'another-bucket' } };
    await writeFile(join(world.folder, 'elsewhere.json'), JSON.stringify(elsewhere));
    const ended = await run('backup', '--config-file', 'elsewhere.json');
    expectCode(ended, 2);
    expect(ended.stderr).to.include('another-bucket');
  });

  it('doctor fails with 70 and the fix when the target cannot be written', async () => {
    const config = JSON.parse(await readFile(join(world.folder, 'migration.json'), 'utf8')) as { target: object };
    const nowhere = { ...config, target: { ...config.target, bucket: 'no-such-bucket' } };
    await writeFile(join(world.folder, 'nowhere.json'), JSON.stringify(nowhere));
    const ended = await run('doctor', '--config-file', 'nowhere.json', '--json');
    expectCode(ended, 70);
    expect(json(ended)).to.nested.include({ status: 70, 'data.ready.backup': false });
    expect(json(ended).actions).to.be.an('array').that.is.not.empty;
    expect(validator('doctor')(json(ended).data), 'the diagnosis fits its schema').to.equal(true);
  });

  it('lets no secret into output, log, catalog or any other file', async () => {
    const secrets = [storeSecret, world.org.accessTokens[INTEGRATION_USER] ?? ''];
    for (const secret of secrets) expect(said.join('\n')).to.not.include(secret);
    const entries = await readdir(world.folder, { recursive: true, withFileTypes: true });
    // sf keeps its own login in the home folder
    const files = entries.filter((entry) => entry.isFile() && !join(entry.parentPath, '/').includes('/home/'));
    expect(files.map(({ name }) => name)).to.include('migration_tracking.db');
    expect(files.filter(({ name }) => name.endsWith('.jsonl'))).to.not.be.empty;
    for (const { parentPath, name } of files) {
      const bytes = await readFile(join(parentPath, name));
      for (const secret of secrets) expect(bytes.includes(secret), `a secret in ${name}`).to.equal(false);
    }
  });
});

function expectSchema(command: string, ended: Ended): void {
  const validate = validator(command);
  expect(validate(json(ended).result), JSON.stringify(validate.errors)).to.equal(true);
}

function validator(command: string): ValidateFunction {
  const file = new URL(`../../plugin/schemas/migrate-files-${command}.json`, import.meta.url);
  return new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}
