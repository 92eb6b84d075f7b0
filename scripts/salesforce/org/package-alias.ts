import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { orRefuse, Refusal } from './sf.ts';

/** The alias under which sfdx-project.json has the package. */
export const PACKAGE = 'File Migration';

/**
 * Enters a package id as the alias that the CLI looks for. The id belongs to a Dev Hub, so it is no part of the source.
 * @throws Refusal when it is no package id
 */
export function withPackageAlias(projectFile: string, packageId: string): string {
  if (!/^0Ho[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/.test(packageId)) {
    throw new Refusal(`"${packageId}" is no package id (0Ho…): run sf package create once, and take its id.`, 2);
  }
  const project = JSON.parse(projectFile) as { packageAliases?: Record<string, string> };
  return `${JSON.stringify({ ...project, packageAliases: { ...project.packageAliases, [PACKAGE]: packageId } }, null, 2)}\n`;
}

async function main(): Promise<void> {
  const file = resolve(import.meta.dirname, '../../../sfdx-project.json');
  writeFileSync(file, withPackageAlias(readFileSync(file, 'utf8'), process.env.SF_PACKAGE_ID ?? ''));
  await Promise.resolve();
}

if (import.meta.main) await orRefuse(main);
