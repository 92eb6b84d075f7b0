import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startObjectStore, type ObjectStore } from '../../object-store/server.ts';
import { vendorApiOptions } from '../../vendor-api/command-line.ts';

const script = fileURLToPath(new URL('../../vendor-api/main.ts', import.meta.url));

describe('npm run stand-in:vendor', () => {
  let store: ObjectStore;
  let folder: string;
  let child: ChildProcess | undefined;

  before(async () => {
    store = await startObjectStore({ buckets: ['vendor-documents'] });
    store.seed('vendor-documents', 'acme-pdf-manager/present', { bytes: 'content' });
    folder = mkdtempSync(join(tmpdir(), 'vendor-api-'));
  });

  afterEach(() => void child?.kill('SIGKILL'));
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]) => spawn(process.execPath, ['--conditions=@file-migration/source', script, ...args]);
  const needed = () => {
    const [{ accessKeyId, secretAccessKey }] = store.credentials;
    return ['--store', store.url, '--access-key-id', accessKeyId, '--secret-access-key', secretAccessKey];
  };

  it('prints one line of JSON first, serves with it, and ends when told to', async () => {
    const faults = join(folder, 'faults.json');
    writeFileSync(faults, '[{"match":{"nth":1},"fault":{"kind":"status","status":503}}]');
    const started = run(...needed(), '--faults', faults, '--seed', '3', '--token', 'known');
    child = started;
    const [line] = (await once(started.stdout, 'data')) as [Buffer];
    const { url, token } = JSON.parse(line.toString()) as { url: string; token: string };
    expect(token).to.equal('known');
    const ask = () =>
      fetch(`${url}/api/generate/presigned-url/present`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ recordId: 'a0B5g0000000000EAA' }),
      });
    expect([(await ask()).status, (await ask()).status]).to.deep.equal([503, 200]);
    started.kill('SIGTERM');
    expect(await exitOf(started)).to.equal(0);
  });

  const broken: readonly (readonly [string, readonly string[], string])[] = [
    ['no store', ['--store', ''], '--store is missing'],
    ['a store that is no address', ['--store', 'ftp://x'], '--store must be an http or https address'],
    ['a port out of range', ['--port', '70000'], '--port must be a whole number from 0 to 65535'],
    ['a seed that is no number', ['--seed', '1e3'], '--seed must be a whole number'],
    ['an expiry of nothing', ['--expires', '0'], '--expires must be a whole number from 1 to 604800'],
    ['a faults file that is not there', ['--faults', '/nowhere.json'], 'The faults file /nowhere.json cannot be read'],
    ['a flag that nobody knows', ['--sesame'], "Unknown option '--sesame'"],
  ];
  for (const [what, args, sentence] of broken) {
    it(`refuses ${what} in a sentence`, () => {
      expect(() => vendorApiOptions([...needed(), ...args])).to.throw(Error, sentence);
    });
  }

  it('ends with code 2 and that sentence alone', async () => {
    const started = run(...needed(), '--port', 'garbage');
    child = started;
    const [errors, code] = await Promise.all([text(started.stderr), exitOf(started)]);
    expect(code).to.equal(2);
    expect(errors).to.equal('--port must be a whole number from 0 to 65535, not "garbage".\n');
  });
});

async function exitOf(started: ChildProcess): Promise<unknown> {
  const [code] = (await once(started, 'exit')) as unknown[];
  return code;
}
