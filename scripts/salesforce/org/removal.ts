import { ComponentSet } from '@salesforce/source-deploy-retrieve';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, textOf, type Project } from '@file-migration/stand-ins/sfdx-project/project';

/** The parts of force-app in the order in which they leave an org: what refers to something goes before it. */
export const REMOVAL_ORDER = ['redirect-app', 'document', 'main'] as const;
export type Part = (typeof REMOVAL_ORDER)[number];

/** A component as a manifest names it. */
export type Member = { readonly type: string; readonly name: string };

/** What goes by itself when its parent is deleted: a manifest that names both is refused. */
const PARTS_OF_OBJECTS: ReadonlySet<string> = new Set([
  'CompactLayout',
  'CustomField',
  'CustomMetadata',
  'Layout',
  'ListView',
  'ValidationRule',
]);
/** The container of every label of the org, ours and others'. */
const CONTAINERS: ReadonlySet<string> = new Set(['CustomLabels']);

/**
 * What a destructive manifest names to take a part out. Never the customer's object, never a container that others
 * share, never a child beside the parent that it goes with.
 */
export function membersOf(folder: string): Member[] {
  const components = ComponentSet.fromSource([folder]);
  const all: Member[] = [...components.getSourceComponents()].flatMap((component) => [
    { type: component.type.name, name: component.fullName },
    ...component.getChildren().map((child) => ({ type: child.type.name, name: child.fullName })),
  ]);
  const objects = new Set(
    all.filter(({ type, name }) => type === 'CustomObject' && isOurs(folder, name)).map(({ name }) => name),
  );
  const chosen = all.filter(({ type, name }) => {
    if (CONTAINERS.has(type)) return false;
    if (type === 'CustomObject') return objects.has(name);
    return !(PARTS_OF_OBJECTS.has(type) && objects.has(name.split(/[.-]/)[0] ?? ''));
  });
  const unique = new Map(chosen.map((member) => [`${member.type}:${member.name}`, member]));
  return [...unique.values()].sort((one, other) =>
    `${one.type}:${one.name}`.localeCompare(`${other.type}:${other.name}`),
  );
}

/** An object is ours when its own definition is in the source, not only fields of it. */
function isOurs(folder: string, object: string): boolean {
  return existsSync(join(folder, `default/objects/${object}/${object}.object-meta.xml`));
}

/** The two files of a destructive deployment. */
export function manifestXml(members: readonly Member[], version: string): string {
  const types = Map.groupBy(members, ({ type }) => type);
  const blocks = [...types].map(
    ([type, of]) =>
      `    <types>\n${of.map(({ name }) => `        <members>${name}</members>\n`).join('')}        <name>${type}</name>\n    </types>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n${blocks.join('')}    <version>${version}</version>\n</Package>\n`;
}

/**
 * References that would stop a removal: files of parts that are still in the org then, which name something that goes.
 * Permission sets do not count: Salesforce takes what is deleted out of them.
 */
export function blockingReferences(project: Project): { readonly file: string; readonly message: string }[] {
  return REMOVAL_ORDER.flatMap((part, index) => {
    const staying = REMOVAL_ORDER.slice(index + 1).map((other) => `force-app/${other}`);
    const going = membersOf(join(project.root, 'force-app', part));
    const files = filesOf(
      project,
      (path) => !path.includes('/__tests__/') && !path.includes('permissionset-meta'),
      staying,
    );
    return files.flatMap((file) => {
      const text = textOf(project, file);
      return going
        .filter((member) => names(text, member))
        .map(({ type, name }) => ({
          file,
          message: `refers to the ${type} ${name}, which leaves the org before it (${REMOVAL_ORDER.join(', then ')})`,
        }));
    });
  });
}

function names(text: string, { type, name }: Member): boolean {
  const last = name.split('.').at(-1) ?? name;
  if (type === 'LightningComponentBundle') {
    const tag = `c-${last.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return new RegExp(`c/${last}\\b|<${tag}(?![\\w-])|<componentName>${last}<`).test(text);
  }
  if (type === 'CustomLabel') return new RegExp(`(?:Label|c)\\.${last}\\b`).test(text);
  return new RegExp(`(?<!\\w)${last}(?!\\w)`).test(text);
}
