import { basename } from 'node:path';
import { methodsOf, parseApex } from '@file-migration/stand-ins/sfdx-project/apex-source';
import type { Check } from '../check.ts';
import { takeInventory, type Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { filesOf, textOf, type Problem, type Project } from '@file-migration/stand-ins/sfdx-project/project';
import { valueOf } from '@file-migration/stand-ins/sfdx-project/metadata-xml';
import { componentFaults, unusedLabels, type ApexEndpoints } from './references/components.ts';
import { objectPartFaults } from './references/objects.ts';
import { pageFaults } from './references/pages.ts';
import { permissionSetFaults } from './references/permission-sets.ts';

/** Every name that a file uses for something in another file. */
export const crossReferences: Check = {
  name: 'cross-references',
  run: (project) => {
    const inventory = takeInventory(project);
    const texts = new Map(filesOf(project, isSource).map((path) => [path, textOf(project, path)]));
    const endpoints = endpointsOf(texts);
    return [
      ...[...inventory.files].flatMap(([file, xml]) =>
        [
          ...(xml.name === 'PermissionSet' ? permissionSetFaults(xml, inventory) : []),
          ...objectPartFaults(file, xml, inventory),
          ...pageFaults(xml, inventory),
          ...versionFaults(project, valueOf(xml, 'apiVersion')),
        ].map((message): Problem => ({ file, message })),
      ),
      ...[...texts].flatMap(([file, text]) =>
        sourceFaults(file, text, inventory, endpoints).map((message): Problem => ({ file, message })),
      ),
      ...unusedLabels(inventory, texts).map((message): Problem => ({ file: 'force-app', message })),
    ];
  },
};

function isSource(path: string): boolean {
  return /\.(?:cls|page|html|js)$/.test(path) && !path.includes('/__tests__/');
}

function sourceFaults(file: string, text: string, inventory: Inventory, endpoints: ApexEndpoints): string[] {
  if (/\/lwc\/.*\.(?:html|js)$/.test(file)) return componentFaults(file, text, inventory, endpoints);
  if (!file.endsWith('.page')) return [];
  const controller = /\bcontroller="(\w+)"/.exec(text)?.[1];
  const labels = [...text.matchAll(/\$Label\.(\w+)/g)].map(([, name = '']) => name);
  return [
    ...(controller === undefined || inventory.names('cls').has(controller)
      ? []
      : [`its controller ${controller} does not exist`]),
    ...labels
      .filter((label) => !inventory.labels.has(label))
      .map((label) => `shows the label ${label}, which does not exist`),
  ];
}

function endpointsOf(texts: ReadonlyMap<string, string>): ApexEndpoints {
  const endpoints = new Map<string, { cacheable: boolean }>();
  for (const [path, text] of texts) {
    if (!path.endsWith('.cls') || !/@AuraEnabled/i.test(text)) continue;
    for (const { name, isStatic, annotations } of methodsOf(parseApex(text).unit)) {
      const enabled = annotations.find((annotation) => annotation.startsWith('auraenabled'));
      if (enabled === undefined || !isStatic) continue;
      const key = `${basename(path, '.cls')}.${name}`.toLowerCase();
      endpoints.set(key, { cacheable: enabled.includes('cacheable=true') });
    }
  }
  return endpoints;
}

/** One API version for the whole project: a class of another one behaves differently without anybody noticing. */
function versionFaults(project: Project, version: string | undefined): string[] {
  const { sourceApiVersion } = JSON.parse(textOf(project, 'sfdx-project.json')) as { sourceApiVersion: string };
  return version === undefined || version === sourceApiVersion
    ? []
    : [`has API version ${version}, the project ${sourceApiVersion}`];
}
