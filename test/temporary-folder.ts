/**
 * Required by mocha (.mocharc.json), in every process that runs tests: each has a temporary folder of its own, which the
 * processes that tests start inherit. Tests that leave something in it fail.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'file-migration-tests-'));
// where scripts/ceph-rgw/up.sh says how to reach Ceph RGW, whatever the temporary folder of a test is
process.env.CEPH_DIR ??= join(tmpdir(), 'file-migration-rgw');
process.env.TMPDIR = folder;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Java's virtual machine keeps its counters there until the system removes them. */
const ofTheSystem = 'hsperfdata_';

export const mochaHooks = {
  /** With several processes, after each file; else after all. */
  afterAll(): void {
    const left = readdirSync(folder).filter(
      (name) => !name.startsWith(ofTheSystem) && !name.startsWith('file-migration-tests-'),
    );
    for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
    if (left.length > 0)
      throw new Error(`Left in the temporary folder: ${left.join(', ')}. Who makes a folder removes it.`);
  },
};
