import { join, relative } from 'node:path';
import { lint } from '@salesforce-ux/slds-linter/executor';
import type { Check } from '../check.ts';
import { filesOf, type Problem } from '../project.ts';

/** The linter also reports lengths for which the design system offers nothing: there is nothing to be done about them. */
const SIZE_WITHOUT_HOOK = /There's no replacement styling hook for the [\d.]+(?:px|rem|%) static value/;

/** Salesforce's design-system linter: hard-coded colours and sizes, retired classes and tokens. */
export const slds: Check = {
  name: 'slds-linter',
  run: async (project) => {
    const files = filesOf(project, (path) => /\/lwc\/.*\.(?:html|css)$/.test(path)).map((path) =>
      join(project.root, path),
    );
    const results = await lint({ files });
    return results.flatMap(({ filePath, errors, warnings }) =>
      [...errors, ...warnings]
        .filter(({ message }) => !SIZE_WITHOUT_HOOK.test(message))
        .map(({ line, ruleId, message }): Problem => ({
          file: relative(project.root, filePath),
          line,
          message: `${ruleId}: ${message}`,
        })),
    );
  },
};
