import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestCommands, shortName } from '@file-migration/kit/command/command-manifest';
import { expectCode, json, runBare } from '@file-migration/kit/command/command-world';

const exitCodes = ['0', '1', '2', '68', '69', '70'];

describe('how the commands are used', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'usage-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('says in the help of every command what to type and what each exit code means', async () => {
    const names = (await manifestCommands()).map(shortName);
    expect(names).to.include.members(['init', 'doctor', 'accounts', 'backup', 'status', 'cleanup']);
    for (const name of names) {
      const help = await runBare(folder, ...name.split(' '), '--help');
      expectCode(help, 0);
      expect(help.stdout, name).to.match(/EXAMPLES\n[^]*\$ sf migrate files /);
      const [, table = ''] = help.stdout.split('ERROR CODES\n');
      expect(
        [...table.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => code),
        name,
      ).to.deep.equal(exitCodes);
    }
  });

  const wrong: [string, string[], RegExp][] = [
    ['a flag that does not exist', ['status', '--nope'], /Nonexistent flag: --nope/],
    ['text where a number belongs', ['backup', '--limit', 'ten'], /--limit/],
    ['a number out of range', ['backup', '--limit', '0'], /--limit|greater than or equal to 1/],
    ['two flags that exclude each other', ['backup', '--full', '--incremental'], /--incremental=|--incremental/],
    ['a kind of ending that does not exist', ['backup', '--retry', 'lost'], /failed.*missing/],
    ['a required flag left out', ['cleanup'], /days/],
    ['a config that is not there', ['status', '--config-file', 'none.json'], /none\.json/],
    ['no config at all', ['status'], /migration\.json/],
  ];
  for (const [what, args, sentence] of wrong) {
    it(`answers ${what} with a sentence and exit code 2`, async () => {
      const ended = await runBare(folder, ...args);
      expectCode(ended, 2);
      expect(ended.stderr).to.match(sentence).and.not.match(stack);
      expect(ended.stdout).to.equal('');
    });
  }

  it('answers wrong usage under --json with the next command, and without a stack of this machine', async () => {
    const ended = await runBare(folder, 'status', '--nope', '--json');
    expectCode(ended, 2);
    expect(json(ended)).to.include({ name: 'WrongUsageError', message: 'Nonexistent flag: --nope', status: 2 });
    expect(json(ended).actions).to.deep.equal(['sf migrate files status --help']);
    expect(ended.stdout).to.not.match(stack);
  });

  it('lists everything that is wrong in a config at once', async () => {
    const broken = { target: { bucket: 'UPPER', region: 7 }, backup: { inFlight: { max: -1 } }, surprise: true };
    await writeFile(join(folder, 'broken.json'), JSON.stringify(broken));
    const ended = await runBare(folder, 'status', '--config-file', 'broken.json');
    expectCode(ended, 2);
    for (const path of ['target.bucket', 'target.region', 'backup.inFlight.max', 'surprise']) {
      expect(ended.stderr, path).to.include(path);
    }
    expect(ended.stderr).to.not.match(stack);
  });

  it('refuses a secret that stands in the config, and does not repeat it', async () => {
    const secret = 'canary-literal-secret-0123456789abcdefghij';
    const credentials = { accessKeyId: 'AKIDLITERAL000000001', secretAccessKey: secret };
    const config = { target: { bucket: 'own-files', region: 'us-east-1', credentials } };
    await writeFile(join(folder, 'literal.json'), JSON.stringify(config));
    const ended = await runBare(folder, 'status', '--config-file', 'literal.json');
    expectCode(ended, 2);
    expect(ended.stderr).to.include('secretAccessKey').and.not.include(secret);
  });
});

/** As text, and inside a JSON string. */
const stack = /(\n|\\n)\s+at \S/;
