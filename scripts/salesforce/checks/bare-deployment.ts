import { join } from 'node:path';
import type { Check } from '../check.ts';
import { exampleValues } from '../org/render.ts';
import { textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** Folders whose components belong to the org's own people once they are there. */
const NEVER_BARE = ['force-app/settings', 'force-app/redirect-app'];
/** Its example addresses are replaced before every deployment. */
const RENDERED = 'force-app/redirect-app';

/**
 * `sf project deploy start` without folders takes every package directory: it must not overwrite the customer's object
 * or an administrator's settings, and nothing that is deployed as it stands may hold an example address.
 */
export const bareDeployment: Check = {
  name: 'what a bare deployment takes',
  run: (project) => {
    const { packageDirectories } = JSON.parse(textOf(project, 'sfdx-project.json')) as {
      packageDirectories: readonly { readonly path: string }[];
    };
    const never = [...project.given, ...NEVER_BARE];
    return [
      ...packageDirectories
        .filter(({ path }) => never.some((folder) => path === folder || folder.startsWith(`${path}/`)))
        .map(({ path }): Problem => ({
          file: 'sfdx-project.json',
          message: `has the package directory ${path}: a bare deployment would overwrite what is in the org`,
        })),
      ...project.sources
        .filter((folder) => folder !== RENDERED)
        .flatMap((folder) => exampleValues(join(project.root, folder)))
        .map((value): Problem => ({ file: 'force-app', message: `would be deployed as it stands: ${value}` })),
    ];
  },
};
