import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import type { Check } from '../check.ts';
import { filesOf, textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';

/** Source to package.xml and the Metadata API's own format, as `sf project deploy` does it: unknown files, lost ones. */
export const conversion: Check = {
  name: 'conversion to package.xml',
  run: async (project) => {
    const folders = project.sources.map((folder) => join(project.root, folder));
    const out = mkdtempSync(join(tmpdir(), 'salesforce-conversion-'));
    try {
      const components = ComponentSet.fromSource(folders);
      components.sourceApiVersion = apiVersion(textOf(project, 'sfdx-project.json'));
      await new MetadataConverter().convert(components, 'metadata', {
        type: 'directory',
        outputDirectory: out,
        genUniqueDir: false,
      });
      const taken = new Set<string | undefined>();
      for (const component of components.getSourceComponents()) {
        for (const path of [component.xml, ...component.walkContent()]) taken.add(path);
        for (const child of component.getChildren()) taken.add(child.xml);
      }
      return filesOf(project, isDeployed, project.sources)
        .filter((file) => !taken.has(join(project.root, file)))
        .map((file): Problem => ({ file, message: 'is no part of any component: it would not be deployed' }));
    } catch (error) {
      return [{ file: project.sources.join(', '), message: error instanceof Error ? error.message : String(error) }];
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
};

/** The rest is for people and tools, as .forceignore says. */
function isDeployed(path: string): boolean {
  return !/\/__tests__\/|\/\.prettierrc\.json$|\/README\.md$|\/jsconfig\.json$/.test(path);
}

function apiVersion(projectFile: string): string {
  return (JSON.parse(projectFile) as { sourceApiVersion: string }).sourceApiVersion;
}
