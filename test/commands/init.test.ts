import { expect } from 'chai';
import { Ajv } from 'ajv';
import { spawn } from 'node:child_process';
import { itWith } from '@file-migration/stand-ins/machine-tools';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, executable, expectCode, json, runBare } from '@file-migration/kit/command/command-world';

describe('init', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const written = (): unknown => JSON.parse(readFileSync(join(folder, 'migration.json'), 'utf8'));

  it('writes a config from flags that the other commands accept, and never over another one', async () => {
    const flags = ['--bucket', 'acme-documents', '--region', 'eu-central-1', '--target-org', 'production'];
    const first = await runBare(folder, 'init', ...flags, '--json');
    expectCode(first, 0);
    const schema = new URL('../../plugin/schemas/migrate-files-init.json', import.meta.url);
    const validate = new Ajv().compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
    expect(validate(json(first).result), JSON.stringify(validate.errors)).to.equal(true);
    expect(written()).to.deep.include({ org: { targetOrg: 'production' } });
    expect(existsSync(join(folder, 'migration.schema.json'))).to.equal(true);
    expectCode(await runBare(folder, 'status'), 0);

    const before = readFileSync(join(folder, 'migration.json'), 'utf8');
    const second = await runBare(folder, 'init', '--bucket', 'other', '--region', 'us-east-1');
    expectCode(second, 2);
    expect(second.stderr)
      .to.match(/exists already and was not changed/)
      .and.to.include('--output-file');
    expect(readFileSync(join(folder, 'migration.json'), 'utf8')).to.equal(before);
  });

  it('says what is wrong with a value, and how to go on without a terminal', async () => {
    const wrong = await runBare(folder, 'init', '--bucket', 'Not_A_Bucket', '--region', 'eu-central-1');
    expectCode(wrong, 2);
    expect(wrong.stderr).to.include('target.bucket');
    const silent = await runBare(folder, 'init');
    expectCode(silent, 2);
    expect(silent.stderr).to.include('sf migrate files init --bucket');
    expect(existsSync(join(folder, 'migration.json'))).to.equal(false);
  });

  itWith('script', 'asks on a terminal for what the flags do not say', async () => {
    const command = `'${process.execPath}' '${executable}' migrate files init --target-org acme --no-check`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...bareEnvironment(folder), TERM: 'xterm', COLUMNS: '100' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers: [RegExp, string][] = [
      [/Document object/, ''],
      [/Field with the file's URL/, 'Url__c'],
      [/Name of your bucket/, 'acme-documents'],
      [/Region of the bucket/, 'eu-central-1'],
      [/redirect service/, ''],
    ];
    let screen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      const [question, answer] = answers[0] ?? [/$^/, ''];
      if (!question.test(screen)) return;
      answers.shift();
      terminal.stdin.write(`${answer}\r`);
    });
    const code = await new Promise((resolve) => terminal.once('close', resolve));
    expect(code, screen).to.equal(0);
    expect(written()).to.deep.include({
      org: { targetOrg: 'acme', document: { object: 'DocListEntry__c', urlField: 'Url__c' } },
      target: { bucket: 'acme-documents', region: 'eu-central-1' },
    });
  });

  itWith('script', 'writes nothing, and says so, when Ctrl-C is pressed at a question', async () => {
    const command = `'${process.execPath}' '${executable}' migrate files init --target-org acme`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...bareEnvironment(folder), TERM: 'xterm', COLUMNS: '100' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    let isPressed = false;
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      if (isPressed || !screen.includes('Document object')) return;
      isPressed = true;
      terminal.stdin.write('\u0003');
    });
    const code = await new Promise((resolve) => terminal.once('close', resolve));
    expect(code, screen).to.equal(69);
    expect(screen).to.include('Nothing was written');
    expect(existsSync(join(folder, 'migration.json'))).to.equal(false);
  });
});
