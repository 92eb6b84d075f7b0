import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CodeAnalyzer, CodeAnalyzerConfig, SeverityLevel } from '@salesforce/code-analyzer-core';
import { createEnginePlugin } from '@salesforce/code-analyzer-pmd-engine';
import type { Check } from '../check.ts';
import { filesOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** Findings that were looked at and are right as they are. */
const ACCEPTED: readonly { readonly rule: string; readonly file: string; readonly because: string }[] = [
  {
    rule: 'VfCsrf',
    file: 'force-app/document/default/pages/FileMigrationOpen.page',
    because: 'the page reads and signs for whoever is signed in; it changes nothing, and links to it come from outside',
  },
];

/** PMD's recommended rules for Apex; only its two highest severities fail. Says nothing of a class that does not parse. */
export const apexRules: Check = {
  name: 'Apex rules (PMD)',
  needsJava: true,
  run: async (project) => {
    // the analyzer leaves the folder that it works in
    await using folder = await mkdtempDisposable(join(tmpdir(), 'apex-rules-'));
    const analyzer = new CodeAnalyzer(
      CodeAnalyzerConfig.fromObject({ log_level: 'error', root_working_folder: folder.path }),
    );
    await analyzer.addEnginePlugin(createEnginePlugin());
    const files = filesOf(project, (path) => /\.(?:cls|trigger|page)$/.test(path)).map((path) =>
      join(project.root, path),
    );
    const workspace = await analyzer.createWorkspace(files);
    const rules = await analyzer.selectRules(['pmd:Recommended'], { workspace });
    const results = await analyzer.run(rules, { workspace });
    return results
      .getViolations()
      .filter((violation) => violation.getRule().getSeverityLevel() <= SeverityLevel.High)
      .map((violation) => {
        const place = violation.getCodeLocations()[violation.getPrimaryLocationIndex()];
        return {
          file: relative(project.root, place?.getFile() ?? project.root),
          line: place?.getStartLine(),
          rule: violation.getRule().getName(),
          message: violation.getMessage().replaceAll(/\s+/g, ' '),
        };
      })
      .filter(({ rule, file }) => !ACCEPTED.some((accepted) => accepted.rule === rule && accepted.file === file))
      .map(({ rule, message, ...place }): Problem => ({ ...place, message: `${rule}: ${message}` }));
  },
};
