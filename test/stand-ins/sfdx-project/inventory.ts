import { basename } from 'node:path';
import { filesOf, textOf, type Project } from './project.ts';
import { each, parseXml, valueOf, type Element } from './metadata-xml.ts';

export type FieldEntry = {
  readonly name: string;
  readonly type: string;
  readonly referenceTo: string | undefined;
  readonly childRelationship: string | undefined;
  readonly required: boolean;
  readonly path: string;
  readonly xml: Element;
};

export type ObjectEntry = {
  readonly name: string;
  /** By lower-cased name: API names are case-insensitive. */
  readonly fields: ReadonlyMap<string, FieldEntry>;
};

/** What the project holds, by kind and name. */
export type Inventory = {
  readonly objects: ReadonlyMap<string, ObjectEntry>;
  readonly files: ReadonlyMap<string, Element>;
  readonly labels: ReadonlySet<string>;
  names(suffix: string): ReadonlySet<string>;
};

/** Reads every metadata file once. A file that is not well formed is left out: the schema check reports it. */
export function takeInventory(project: Project): Inventory {
  const files = new Map<string, Element>();
  for (const path of filesOf(project, (candidate) => candidate.endsWith('-meta.xml'))) {
    try {
      files.set(path, parseXml(textOf(project, path)));
    } catch {
      continue;
    }
  }
  const labelFiles = [...files.values()].filter(({ name }) => name === 'CustomLabels');
  return {
    objects: objectsIn(files),
    files,
    labels: new Set(
      labelFiles.flatMap((file) => each(file, 'labels').map((label) => valueOf(label, 'fullName') ?? '')),
    ),
    names: (suffix) => new Set([...files.keys()].flatMap((path) => nameWith(path, suffix))),
  };
}

/** `permissionset` of `…/File_Migration_User.permissionset-meta.xml` is `File_Migration_User`. */
function nameWith(path: string, suffix: string): string[] {
  const end = `.${suffix}-meta.xml`;
  return path.endsWith(end) ? [basename(path).slice(0, -end.length)] : [];
}

function objectsIn(files: ReadonlyMap<string, Element>): Map<string, ObjectEntry> {
  const objects = new Map<string, Map<string, FieldEntry>>();
  for (const [path, xml] of files) {
    const object = /\/objects\/([^/]+)\//.exec(path)?.[1];
    if (object === undefined) continue;
    const fields = objects.get(object) ?? new Map<string, FieldEntry>();
    objects.set(object, fields);
    if (xml.name === 'CustomField') {
      const field = fieldOf(path, xml);
      fields.set(field.name.toLowerCase(), field);
    }
  }
  return new Map([...objects].map(([name, fields]) => [name, { name, fields }]));
}

function fieldOf(path: string, xml: Element): FieldEntry {
  return {
    name: valueOf(xml, 'fullName') ?? '',
    type: valueOf(xml, 'type') ?? '',
    referenceTo: valueOf(xml, 'referenceTo'),
    childRelationship: valueOf(xml, 'relationshipName'),
    required: valueOf(xml, 'required') === 'true',
    path,
    xml,
  };
}
