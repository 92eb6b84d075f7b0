import { expect } from 'chai';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles, type GeneratedFile } from '../../generate/generated-files.ts';

const root = join(import.meta.dirname, '../../..');

describe('what is generated from the commands', () => {
  const files: GeneratedFile[] = [];
  before(async () => {
    for await (const file of generatedFiles()) files.push(file);
  });

  it('is as the commands are now (after a change: npm run generate)', async () => {
    const stale: string[] = [];
    for (const { path, content } of files) {
      const written = await readFile(join(root, path), 'utf8').catch(() => undefined);
      if (written !== content) stale.push(path);
    }
    expect(stale, 'stale files; npm run generate writes them').to.deep.equal([]);
  });

  it('leaves no schema behind of a command that is gone', async () => {
    const schemas = (await readdir(join(root, 'plugin/schemas'))).map((name) => `plugin/schemas/${name}`);
    expect(schemas).to.have.members(files.map(({ path }) => path).filter((path) => path.startsWith('plugin/schemas/')));
  });
});
