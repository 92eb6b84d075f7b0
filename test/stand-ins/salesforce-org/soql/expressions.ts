import type { FunctionExp } from '@jetstreamapp/soql-parser-js';
import type { FieldDescription } from '../objects/description.ts';
import { notImplemented } from '../http/api-error.ts';
import { malformed } from './conditions.ts';
import type { ResolvedField, Scope } from './scope.ts';

export type Expression = {
  readonly sql: string;
  /** How values of this expression are compared and shown. */
  readonly field: FieldDescription;
  readonly aggregate: boolean;
  readonly resolved?: ResolvedField;
};

const integer: FieldDescription = { name: 'count', type: 'int' };
/** Parts of a moment as SQLite's strftime names them. */
const DATE_PARTS: Partial<Record<string, string>> = {
  CALENDAR_YEAR: '%Y',
  CALENDAR_MONTH: '%m',
  DAY_IN_MONTH: '%d',
  DAY_IN_YEAR: '%j',
  HOUR_IN_DAY: '%H',
};

export function fieldExpression(scope: Scope, name: string): Expression {
  const resolved = scope.resolve(name);
  return { sql: resolved.sql, field: resolved.field, aggregate: false, resolved };
}

/** COUNT, SUM and their kin, and the calendar functions; others are answered loudly. */
export function functionExpression(scope: Scope, fn: FunctionExp): Expression {
  const name = (fn.functionName ?? '').toUpperCase();
  const parameter = fn.parameters?.[0];
  if (name === 'COUNT' && parameter === undefined) return { sql: 'count(*)', field: integer, aggregate: true };
  if (parameter === undefined) throw malformed(`${name} needs a field`);
  const inner =
    typeof parameter === 'string' ? fieldExpression(scope, parameter) : functionExpression(scope, parameter);
  const { sql, field } = inner;
  switch (name) {
    case 'COUNT':
      return { sql: `count(${sql})`, field: integer, aggregate: true };
    case 'COUNT_DISTINCT':
      return { sql: `count(DISTINCT ${sql})`, field: integer, aggregate: true };
    case 'SUM':
    case 'AVG':
      return { sql: `${name.toLowerCase()}(${sql})`, field: { name, type: 'double' }, aggregate: true };
    case 'MIN':
    case 'MAX':
      return { sql: `${name.toLowerCase()}(${sql})`, field, aggregate: true };
    case 'TOLABEL':
      return { ...inner };
    case 'CONVERTTIMEZONE':
      return inner;
    case 'DAY_ONLY':
      return { sql: dayPart(inner, '%Y-%m-%d'), field: { name, type: 'date' }, aggregate: false };
    case 'CALENDAR_QUARTER':
      return {
        sql: `((CAST(${dayPart(inner, '%m')} AS INTEGER) + 2) / 3)`,
        field: integer,
        aggregate: false,
      };
    case 'DAY_IN_WEEK':
      // Salesforce counts from Sunday = 1
      return { sql: `(CAST(${dayPart(inner, '%w')} AS INTEGER) + 1)`, field: integer, aggregate: false };
    case 'WEEK_IN_YEAR':
      return {
        sql: `((CAST(${dayPart(inner, '%j')} AS INTEGER) + 6) / 7)`,
        field: integer,
        aggregate: false,
      };
    default: {
      const part = DATE_PARTS[name];
      if (part === undefined) throw notImplemented(`the SOQL function ${fn.functionName ?? ''}`);
      return { sql: `CAST(${dayPart(inner, part)} AS INTEGER)`, field: integer, aggregate: false };
    }
  }
}

function dayPart({ sql, field }: Expression, part: string): string {
  if (field.type === 'date') return `strftime('${part}', ${sql})`;
  if (field.type === 'datetime') return `strftime('${part}', ${sql} / 1000, 'unixepoch')`;
  throw malformed(`field ${field.name} is no date`);
}
