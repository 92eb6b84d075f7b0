import { join, relative } from 'node:path';
import { ESLint } from 'eslint';
import type { Check } from '../check.ts';
import { filesOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** ESLint over Lightning components, by force-app/eslint.config.js; a warning fails as well. */
export const lwcRules: Check = {
  name: 'ESLint for Lightning components',
  run: async (project) => {
    const eslint = new ESLint({
      cwd: project.root,
      overrideConfigFile: join(import.meta.dirname, '../../../force-app/eslint.config.js'),
    });
    const files = filesOf(project, (path) => /\/lwc\/.*\.js$/.test(path));
    const results = await eslint.lintFiles(files);
    return results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, ruleId, message }): Problem => ({
        file: relative(project.root, filePath),
        line,
        message: `${ruleId ?? 'syntax'}: ${message}`,
      })),
    );
  },
};
