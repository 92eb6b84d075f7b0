import { join } from 'node:path';
import { check as isFormatted, getFileInfo, resolveConfig } from 'prettier';
import type { Check } from '../check.ts';
import { filesOf, textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** Prettier over Apex, components, pages and metadata; a syntax error in any of them surfaces here too. */
export const format: Check = {
  name: 'format',
  run: async (project) => {
    const problems: Problem[] = [];
    for (const file of filesOf(project, () => true)) {
      const path = join(project.root, file);
      const options = await resolveConfig(path);
      const { inferredParser } = await getFileInfo(path, { plugins: options?.plugins ?? [] });
      if (inferredParser === null && options?.parser === undefined) continue;
      try {
        if (await isFormatted(textOf(project, file), { ...options, filepath: path })) continue;
        problems.push({ file, message: 'is not formatted: npm run format:salesforce' });
      } catch (error) {
        problems.push({ file, message: firstLine(error) });
      }
    }
    return problems;
  },
};

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
