import { basename } from 'node:path';
import type { Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { hasField } from './known-fields.ts';

/** `Class.method` of every @AuraEnabled static method, and whether its answers may be cached. */
export type ApexEndpoints = ReadonlyMap<string, { readonly cacheable: boolean }>;

/** What a Lightning component imports from the org, and the components its template uses. */
export function componentFaults(path: string, text: string, inventory: Inventory, endpoints: ApexEndpoints): string[] {
  return path.endsWith('.html') ? templateFaults(text, inventory) : scriptFaults(text, inventory, endpoints);
}

function templateFaults(text: string, inventory: Inventory): string[] {
  const bundles = inventory.names('js');
  return [...new Set([...text.matchAll(/<c-([\w-]+)/g)].map(([, tag = '']) => camelCase(tag)))]
    .filter((name) => !bundles.has(name))
    .map((name) => `uses the component ${name}, which does not exist`);
}

function camelCase(tag: string): string {
  return tag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function scriptFaults(text: string, inventory: Inventory, endpoints: ApexEndpoints): string[] {
  const faults: string[] = [];
  for (const [, local = '', source = ''] of text.matchAll(/^import\s+(?:(\w+)|\{[^}]*\})\s+from\s+'([^']+)'/gm)) {
    const apex = /^@salesforce\/apex\/(\w+\.\w+)$/.exec(source)?.[1];
    const label = /^@salesforce\/label\/c\.(\w+)$/.exec(source)?.[1];
    const permission = /^@salesforce\/customPermission\/(\w+)$/.exec(source)?.[1];
    const [, object, field] = /^@salesforce\/schema\/(\w+)(?:\.(\w+))?$/.exec(source) ?? [];
    const component = /^c\/(\w+)$/.exec(source)?.[1];
    if (apex !== undefined) faults.push(...apexFaults(apex, local, text, endpoints));
    if (label !== undefined && !inventory.labels.has(label))
      faults.push(`imports the label ${label}, which does not exist`);
    if (permission !== undefined && !inventory.names('customPermission').has(permission)) {
      faults.push(`imports the custom permission ${permission}, which does not exist`);
    }
    if (
      object !== undefined &&
      !(inventory.objects.has(object) && (field === undefined || hasField(inventory, object, field)))
    ) {
      faults.push(`imports ${source}, which does not exist`);
    }
    if (component !== undefined && !inventory.names('js').has(component)) {
      faults.push(`imports the module ${component}, which does not exist`);
    }
  }
  return faults;
}

function apexFaults(name: string, local: string, text: string, endpoints: ApexEndpoints): string[] {
  const endpoint = endpoints.get(name.toLowerCase());
  if (endpoint === undefined) return [`imports ${name}, which is no @AuraEnabled static method`];
  const wired = new RegExp(`@wire\\(\\s*${local}\\b`).test(text);
  return wired && !endpoint.cacheable ? [`wires ${name}, which is not cacheable`] : [];
}

/** Labels that no component, class or page uses. */
export function unusedLabels(inventory: Inventory, texts: ReadonlyMap<string, string>): string[] {
  const used = new Set<string>();
  for (const [path, text] of texts) {
    if (basename(path).endsWith('.labels-meta.xml')) continue;
    for (const [, name = ''] of text.matchAll(/(?:\bc\.|\bLabel\.)(\w+)/g)) used.add(name);
  }
  return [...inventory.labels].filter((label) => !used.has(label)).map((label) => `nobody uses the label ${label}`);
}
