import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml, valueOf, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';

const POLICIES: ReadonlySet<string> = new Set([
  'ExtlClntAppOauthConfigurablePolicies',
  'ExtlClntAppConfigurablePolicies',
]);

export type Policy = { readonly file: string; readonly xml: Element };

/** The policies of an app below a folder, in source or metadata format. */
export function policiesIn(folder: string, app: string): Policy[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ecaO?a?u?t?h?Plcy(?:-meta\.xml)?$/.test(entry.name))
    .map((entry) => ({ file: entry.name, xml: parseXml(readFileSync(join(entry.parentPath, entry.name), 'utf8')) }))
    .filter(({ xml }) => POLICIES.has(xml.name) && valueOf(xml, 'externalClientApplication') === app);
}

/** The name under which the org keeps a policy: Salesforce makes it, and another name would be a second policy. */
export function nameOf({ file }: Policy): string {
  return file.replace(/\.eca\w+(?:-meta\.xml)?$/, '');
}

/** Where the org's policies differ from ours, one sentence each. A policy that is missing or there twice is a difference. */
export function policyDifferences(ours: readonly Policy[], orgs: readonly Policy[]): string[] {
  return ours.flatMap(({ xml }) => {
    const found = orgs.filter((candidate) => candidate.xml.name === xml.name);
    const [only] = found;
    if (only === undefined) return [`the org has no ${xml.name}: whoever is signed in may authorize the app`];
    if (found.length > 1) return [`the org has ${found.length} ${xml.name}: ${found.map(nameOf).join(', ')}`];
    return xml.children
      .filter(({ name }) => name !== 'label')
      .filter(({ name, text }) => valueOf(only.xml, name) !== text)
      .map(({ name, text }) => `${name} is ${valueOf(only.xml, name) ?? 'not set'}, must be ${text}`);
  });
}
