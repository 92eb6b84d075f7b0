import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Check } from '../check.ts';
import { runJava } from '../java.ts';
import { textOf, type Problem, type Project } from '@file-migration/stand-ins/sfdx-project/project';

/** apex-ls comes with the PMD engine of the Salesforce code analyzer. */
const JARS = join(
  createRequire(import.meta.url).resolve('@salesforce/code-analyzer-pmd-engine/package.json'),
  '../dist/java-lib/*',
);

/** Types in Apex: unknown types, fields and methods, missing returns, interfaces that are not implemented. */
export const apexTypes: Check = {
  name: 'Apex types (apex-ls)',
  needsJava: true,
  run: async (project) => {
    const workspace = workspaceOf(project);
    try {
      const { code, output } = await runJava(
        ['-cp', JARS, 'io.github.apexdevtools.apexls.CheckForIssues', '-w', workspace, '-d', 'errors', '-n'],
        workspace,
      );
      const problems = issuesIn(workspace, output);
      if (code === 0 || problems.length > 0) return problems;
      return [{ file: project.root, message: `apex-ls ended with ${code}: ${output.trim().slice(0, 500)}` }];
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  },
};

/**
 * A copy whose package directories are what an org holds after the deployment: the customer's object, which is no package
 * directory of ours, and our own folders. apex-ls follows no links.
 */
function workspaceOf(project: Project): string {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'apex-workspace-')));
  const folders = [...project.given, ...project.sources];
  for (const folder of folders) cpSync(join(project.root, folder), join(workspace, folder), { recursive: true });
  const { sourceApiVersion } = JSON.parse(textOf(project, 'sfdx-project.json')) as { sourceApiVersion: string };
  const packageDirectories = folders.map((path, index) => ({ path, default: index === 0 }));
  writeFileSync(join(workspace, 'sfdx-project.json'), JSON.stringify({ packageDirectories, sourceApiVersion }));
  return workspace;
}

/** A file's path on a line of its own, then its issues: `Missing: line 12 at 4-9: No type declaration found …`. */
function issuesIn(root: string, output: string): Problem[] {
  let file = '';
  return output.split('\n').flatMap((line): Problem[] => {
    if (/^\/|^[A-Z]:\\/.test(line)) file = relative(root, line.trim());
    const issue = /^\s*(\w+): line (\d+)(?: at [\d-]+| to [^:]*)?: (.*)$/.exec(line);
    return issue ? [{ file, line: Number(issue[2]), message: `${issue[1] ?? ''}: ${issue[3] ?? ''}` }] : [];
  });
}
