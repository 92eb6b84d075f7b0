import type { QueryContext } from '@apexdevtools/apex-parser';
import { ApexParserBaseVisitor } from '@apexdevtools/apex-parser';
import { basename } from 'node:path';
import { methodsOf, parseApex, type ApexMethod } from '../sfdx-project/apex-source.ts';
import { filesOf, textOf, type Project } from '../sfdx-project/project.ts';

/** SOQL as it stands in Apex, with the parameters that its `:binds` take their values from. */
export type ApexQuery = { readonly soql: string; readonly parameters: readonly string[] };

/**
 * The query behind every @AuraEnabled method that hands its parameters to one selector method: read from the Apex source,
 * so that the preview has no queries of its own.
 * @throws Error when an endpoint is built otherwise: the preview could not answer it honestly
 */
export function apexQueries(project: Project): ReadonlyMap<string, ApexQuery> {
  const classes = new Map(
    filesOf(project, (path) => path.endsWith('.cls')).map((path) => {
      const text = textOf(project, path);
      return [basename(path, '.cls'), { text, methods: methodsOf(parseApex(text).unit) }];
    }),
  );
  const queries = new Map<string, ApexQuery>();
  for (const [name, { text, methods }] of classes) {
    for (const method of methods.filter(({ annotations }) =>
      annotations.some((each) => each.startsWith('auraenabled')),
    )) {
      const body = sourceOf(text, method.declaration);
      const [, selector = '', called = '', given = ''] = /\{\s*return (\w+)\.(\w+)\(([^()]*)\);\s*\}$/.exec(body) ?? [];
      const target = classes.get(selector);
      const queried = target?.methods.find((candidate) => candidate.name === called);
      if (target === undefined || queried === undefined)
        throw new Error(`${name}.${method.name} is more than one call`);
      const soql = queryIn(target.text, queried);
      queries.set(`${name}.${method.name}`, {
        soql: renamed(soql, queried.parameters, splitList(given)),
        parameters: method.parameters,
      });
    }
  }
  return queries;
}

function queryIn(text: string, method: ApexMethod): string {
  const found: string[] = [];
  class Visitor extends ApexParserBaseVisitor<void> {
    visitQuery = (query: QueryContext): void => {
      found.push(sourceOf(text, query));
    };
  }
  new Visitor().visit(method.declaration);
  const [soql] = found;
  if (soql === undefined || found.length > 1) throw new Error(`${method.name} does not run exactly one query`);
  return soql;
}

/** A selector's parameter goes by the name that the endpoint gave it. */
function renamed(soql: string, parameters: readonly string[], given: readonly string[]): string {
  const names = new Map(parameters.map((parameter, index) => [parameter, given[index] ?? parameter]));
  return soql.replaceAll(/:\s*(\w+)/g, (_, name: string) => `:${names.get(name) ?? name}`);
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

type Spot = {
  readonly start?: { start: number } | null | undefined;
  readonly stop?: { stop: number } | null | undefined;
};

function sourceOf(text: string, { start, stop }: Spot): string {
  return text.slice(start?.start ?? 0, (stop?.stop ?? 0) + 1);
}

/** The query for REST: values in place of binds, and no WITH USER_MODE, because REST has no other mode. */
export function restSoql({ soql }: ApexQuery, values: Readonly<Record<string, unknown>>): string {
  return soql
    .replace(/\bWITH\s+USER_MODE\b/i, '')
    .replaceAll(/:(\w+)/g, (_, name: string) => literal(values[name]))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function literal(value: unknown): string {
  if (value === undefined || value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new TypeError('Only texts and numbers can be bound.');
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
