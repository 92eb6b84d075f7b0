import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: IForbiddenRuleType[];
};

/** Files that each break a rule: who imports, and what. */
const broken: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['no-cycle', 'plugin/src/jobs/one.ts', 'plugin/src/jobs/two.ts'],
  ['no-upward-arrow-from-format', 'plugin/src/format/a.ts', 'plugin/src/model/b.ts'],
  ['no-upward-arrow-from-model', 'plugin/src/model/a.ts', 'plugin/src/catalog/b.ts'],
  ['no-upward-arrow-from-catalog', 'plugin/src/storage/a.ts', 'plugin/src/run/b.ts'],
  ['no-upward-arrow-from-run', 'plugin/src/run/a.ts', 'plugin/src/jobs/b.ts'],
  ['no-upward-arrow-from-jobs', 'plugin/src/jobs/a.ts', 'plugin/src/checks/b.ts'],
  ['no-upward-arrow-from-checks', 'plugin/src/checks/a.ts', 'plugin/src/switch/b.ts'],
  ['no-upward-arrow-from-accounts', 'plugin/src/backup/a.ts', 'plugin/src/publish/b.ts'],
  ['no-upward-arrow-from-publish', 'plugin/src/publish/a.ts', 'plugin/src/context/b.ts'],
  ['no-upward-arrow-from-context', 'plugin/src/context/a.ts', 'plugin/src/command/b.ts'],
  ['no-upward-arrow-from-ui', 'plugin/src/ui/a.ts', 'plugin/src/command/b.ts'],
  ['no-upward-arrow-from-command', 'plugin/src/command/a.ts', 'plugin/src/commands/b.ts'],
  ['known-rooms-only', 'plugin/src/commands/a.ts', 'plugin/src/drawer/b.ts'],
  ['outside-rooms-are-strangers', 'plugin/src/catalog/a.ts', 'plugin/src/org/b.ts'],
  ['screens-for-commands-only', 'plugin/src/backup/a.ts', 'plugin/src/ui/b.ts'],
  ['no-barrel-in-plugin', 'plugin/src/commands/a.ts', 'plugin/src/backup/index.ts'],
  ['config-knows-nobody', 'config/src/a.ts', 'plugin/src/model/b.ts'],
  ['middleware-knows-config-only', 'middleware/src/a.ts', 'plugin/src/model/b.ts'],
  ['product-knows-no-tools', 'plugin/src/model/a.ts', 'test/kit/b.ts'],
  ['scripts-know-no-tests', 'scripts/a.ts', 'test/backup/b.ts'],
  ['tests-know-no-scripts', 'test/backup/a.ts', 'scripts/b.ts'],
  ['stand-ins-know-config-only', 'test/stand-ins/a.ts', 'plugin/src/model/b.ts'],
];

describe('The boundaries between parts', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boundaries-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The names of the rules that an import breaks. */
  async function brokenBy(from: string, to: string): Promise<string[]> {
    const up = '../'.repeat(from.split('/').length - 1);
    await write(from, `import { b } from '${up}${to}';\nexport const a = b;\n`);
    // a cycle needs the way back, and nothing else minds it
    const back =
      dirname(from) === dirname(to) ? `import { a } from './${from.split('/').at(-1) ?? ''}';\nvoid a;\n` : '';
    await write(to, `${back}export const b = 1;\n`);
    const options = { ruleSet: { forbidden }, validate: true, baseDir: folder, tsPreCompilationDeps: true };
    const { output } = await cruise(['.'], options);
    return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
  }

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }

  for (const [rule, from, to] of broken) {
    it(`refuse ${from} that imports ${to}: ${rule}`, async () => {
      expect(await brokenBy(from, to)).to.include(rule);
    });
  }

  it('have a broken sample for every rule', () => {
    const proved = new Set(broken.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !proved.has(name ?? ''))).to.deep.equal([]);
  });

  it('let imports pass that go down', async () => {
    expect(await brokenBy('plugin/src/backup/a.ts', 'plugin/src/catalog/b.ts')).to.deep.equal([]);
    expect(await brokenBy('plugin/src/commands/c.ts', 'plugin/src/ui/d.ts')).to.deep.equal([]);
  });
});
