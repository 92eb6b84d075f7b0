import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Check } from '../check.ts';
import type { Problem } from '@file-migration/stand-ins/sfdx-project/project';

type Finding = { readonly line: number; readonly ruleId: string; readonly message: string };
type LintResult = {
  readonly filePath: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
};

/** The linter also reports lengths for which the design system offers nothing: there is nothing to be done about them. */
const SIZE_WITHOUT_HOOK = /There's no replacement styling hook for the [\d.]+(?:px|rem|%) static value/;

/** Salesforce's design-system linter: hard-coded colors and sizes, retired classes and tokens. */
export const slds: Check = {
  name: 'slds-linter',
  run: async (project) => {
    const root = realpathSync(project.root);
    const results = await lintIn(root, project.sources);
    return results.flatMap(({ filePath, errors, warnings }) =>
      [...errors, ...warnings]
        .filter(({ message }) => !SIZE_WITHOUT_HOOK.test(message))
        .map(({ line, ruleId, message }): Problem => ({
          file: relative(root, filePath),
          line,
          message: `${ruleId}: ${message}`,
        })),
    );
  },
};

/** The linter knows only its process's own folder, so it gets a process of its own. */
async function lintIn(root: string, folders: readonly string[]): Promise<LintResult[]> {
  const program = join(import.meta.dirname, '../slds-lint-here.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...folders], {
    cwd: root,
    maxBuffer: 64 * 2 ** 20,
  });
  return JSON.parse(stdout.slice(stdout.indexOf('\n[') + 1)) as LintResult[];
}
