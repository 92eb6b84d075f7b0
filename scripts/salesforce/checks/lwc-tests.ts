import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from '../check.ts';

const SFDX_LWC_JEST = join(
  dirname(fileURLToPath(import.meta.resolve('@salesforce/sfdx-lwc-jest/package.json'))),
  'bin/sfdx-lwc-jest',
);

/** The components' own tests, with the coverage that jest.config.cjs demands. */
export const lwcTests: Check = {
  name: 'Jest for Lightning components',
  run: ({ root }) =>
    new Promise((done) => {
      // without --no-cache coverage reads 0
      const args = [SFDX_LWC_JEST, '--skipApiVersionCheck', '--coverage', '--', '--no-cache', '--ci', '--silent'];
      execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
        const output = `${stderr}\n${stdout}`;
        const faults = output.split('\n').filter((line) => /●|coverage threshold|^FAIL/.test(line));
        done(
          error === null ? [] : [{ file: 'force-app', message: faults.slice(0, 20).join('\n') || output.slice(-2000) }],
        );
      });
    }),
};
