import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { ModeFile } from '../../../middleware/src/mode/mode-file.ts';

describe('The mode file', () => {
  let folder: string;
  let path: string;
  let heard: string[];
  const events = {
    changed: (from: string, to: string) => heard.push(`${from} → ${to}`),
    unusable: () => heard.push('unusable'),
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mode-'));
    path = join(folder, 'mode');
    heard = [];
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it('is looked at by itself, and a change is told', async () => {
    await writeFile(path, 's3\n');
    const mode = new ModeFile(path, events);
    await writeFile(path, 'off\n');
    await wait(1300);
    expect(mode.current).to.equal('off');
    mode.stop();
    expect(heard).to.deep.equal(['s3 → off']);
  });

  it('keeps its mode while the file is gone or says something else, and tells once', async () => {
    await writeFile(path, 'original');
    const mode = new ModeFile(path, events);
    mode.stop();
    await rm(path);
    await mode.look();
    await writeFile(path, 'S3!');
    await mode.look();
    expect({ mode: mode.current, usable: mode.isUsable }).to.deep.equal({ mode: 'original', usable: false });
    await writeFile(path, 's3');
    await mode.look();
    expect({ mode: mode.current, usable: mode.isUsable }).to.deep.equal({ mode: 's3', usable: true });
    expect(heard).to.deep.equal(['unusable', 'original → s3']);
  });

  it('refuses to start on a file that cannot be used, instead of guessing', async () => {
    expect(() => new ModeFile(path, events)).to.throw(/ENOENT/);
    await writeFile(path, 'on');
    expect(() => new ModeFile(path, events)).to.throw(/s3, original or off/);
  });

  it('is s3 where no file is configured', () => {
    expect(new ModeFile(undefined, events).current).to.equal('s3');
  });
});
