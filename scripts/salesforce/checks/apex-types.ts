import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type { Check } from '../check.ts';
import { runJava } from '../java.ts';
import type { Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** apex-ls comes with the PMD engine of the Salesforce code analyzer. */
const JARS = join(
  createRequire(import.meta.url).resolve('@salesforce/code-analyzer-pmd-engine/package.json'),
  '../dist/java-lib/*',
);

/** Types in Apex: unknown types, fields and methods, missing returns, interfaces that are not implemented. */
export const apexTypes: Check = {
  name: 'Apex types (apex-ls)',
  needsJava: true,
  run: async ({ root }) => {
    const { code, output } = await runJava(
      ['-cp', JARS, 'io.github.apexdevtools.apexls.CheckForIssues', '-w', root, '-d', 'errors', '-n'],
      root,
    );
    const problems = issuesIn(root, output);
    if (code === 0 || problems.length > 0) return problems;
    return [{ file: root, message: `apex-ls ended with ${code}: ${output.trim().slice(0, 500)}` }];
  },
};

/** A file's path on a line of its own, then its issues: `Missing: line 12 at 4-9: No type declaration found …`. */
function issuesIn(root: string, output: string): Problem[] {
  let file = '';
  return output.split('\n').flatMap((line): Problem[] => {
    if (/^\/|^[A-Z]:\\/.test(line)) file = relative(root, line.trim());
    const issue = /^\s*(\w+): line (\d+)(?: at [\d-]+| to [^:]*)?: (.*)$/.exec(line);
    return issue ? [{ file, line: Number(issue[2]), message: `${issue[1] ?? ''}: ${issue[3] ?? ''}` }] : [];
  });
}
