import { dataPath, type OrgClient } from './client.ts';
import { fewRows } from './rest-query.ts';
import { textOf } from './row.ts';
import { soqlList } from './soql.ts';
import { attempt, type Available } from '../model/available.ts';
import type { Reader } from './write-effects.ts';

/** Kinds of set-up whose source one query gives, and the column that holds it. */
const sourceColumns: Readonly<Record<string, string>> = {
  ApexClass: 'Body',
  ApexTrigger: 'Body',
  ApexPage: 'Markup',
  ApexComponent: 'Markup',
};

/** Names in one query: sources are long, and an answer holds 2,000 rows at most. */
const namesAtOnce = 50;

/** What a dependent is called in one text: `ApexClass DocumentDownload`. */
export function dependentName({ type, name }: Reader): string {
  return `${type} ${name}`;
}

/**
 * The source of what refers to the URL field, where the org gives it: formulas, Apex classes and triggers, Visualforce. Of
 * other kinds (flows, reports, layouts, packages) there is none; they are left out of the answer.
 * @returns by {@link dependentName}
 */
export async function readDependentSources(
  client: OrgClient,
  object: string,
  dependents: readonly Reader[],
): Promise<Available<ReadonlyMap<string, string>>> {
  return await attempt(async () => {
    const sources = new Map<string, string>();
    for (const [type, column] of Object.entries(sourceColumns)) {
      const names = dependents.filter((each) => each.type === type).map(({ name }) => name);
      for (let from = 0; from < names.length; from += namesAtOnce) {
        const some = soqlList(names.slice(from, from + namesAtOnce));
        const soql = `SELECT Name, ${column} FROM ${type} WHERE Name IN ${some}`;
        for (const row of await fewRows(client, soql, 'tooling/query')) {
          const source = row[column];
          if (typeof source === 'string' && source !== '' && source !== '(hidden)') {
            sources.set(dependentName({ type, name: textOf(row.Name) }), source);
          }
        }
      }
    }
    if (dependents.some(({ type }) => type === 'FormulaField')) {
      const path = dataPath(client.session.apiVersion, `sobjects/${encodeURIComponent(object)}/describe`);
      const { fields } = (await client.json({ path })) as {
        fields: { name: string; calculatedFormula: string | null }[];
      };
      for (const { name, calculatedFormula } of fields) {
        if (calculatedFormula !== null) sources.set(dependentName({ type: 'FormulaField', name }), calculatedFormula);
      }
    }
    return sources;
  });
}
