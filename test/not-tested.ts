/**
 * Required by mocha (.mocharc.json): says once, at the end of the run, what was not tested on this machine and which
 * package would bring it. The processes that run tests write into one list (`describeWith` of the stand-ins).
 */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// the temporary folder of the process that was started first: it removes it when the run is over
process.env.NOT_TESTED_LIST ??= join(tmpdir(), 'file-migration-tests-not-tested.txt');
const list = process.env.NOT_TESTED_LIST;

export function mochaGlobalTeardown(): void {
  if (!existsSync(list)) return;
  const notes = readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly needs: string; readonly title: string });
  const byNeed = Map.groupBy(notes, ({ needs }) => needs);
  const lines = [...byNeed].map(
    ([needs, of]) => `    for want of ${needs}: ${[...new Set(of.map(({ title }) => title))].join(' · ')}`,
  );
  console.log(`\n  Not tested on this machine:\n${lines.join('\n')}\n`);
}
