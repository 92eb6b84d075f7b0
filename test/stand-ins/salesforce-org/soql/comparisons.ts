import type { LiteralType } from '@jetstreamapp/soql-parser-js';
import type { FieldDescription } from '../objects/description.ts';
import { canonicalId } from '../objects/record-id.ts';
import { ApiError, notImplemented } from '../http/api-error.ts';
import type { SqlValue } from '../store/field-values.ts';
import type { Comparison } from './conditions.ts';
import { malformed } from './conditions.ts';
import { periodOf, type Period } from './date-literals.ts';
import type { Expression } from './expressions.ts';
import type { Sql } from './viewer.ts';

type Literal = SqlValue | Period;

/** The SQL of `expression operator literal(s)`, with SOQL's own idea of null and of days. */
export function compare(expression: Expression, comparison: Comparison, now: number): Sql {
  if (!('value' in comparison)) throw malformed('unexpected subquery');
  const { operator } = comparison;
  const { sql, field } = expression;
  if (field.filterable === false) {
    throw new ApiError(400, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  }
  const values = [comparison.value].flat();
  const types = [comparison.literalType].flat();
  const literals = values.map((value, index) =>
    literalOf(field, { value, type: types[index] ?? types[0] }, operator, now),
  );
  if (operator === 'IN' || operator === 'NOT IN') return within(sql, literals, operator === 'NOT IN');
  const [literal = null] = literals;
  if (isPeriod(literal)) return comparePeriod(sql, operator, literal);
  switch (operator) {
    case '=':
      return literal === null ? one(`${sql} IS NULL`) : one(`${sql} = ?`, literal);
    case '!=':
      return literal === null ? one(`${sql} IS NOT NULL`) : one(`(${sql} IS NULL OR ${sql} <> ?)`, literal);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return one(`${sql} ${operator} ?`, literal);
    case 'LIKE':
      if (field.type === 'id' || field.type === 'reference') {
        throw new ApiError(400, 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator on id field');
      }
      return one(`${sql} LIKE ? ESCAPE '\\'`, literal);
    case 'INCLUDES':
    case 'EXCLUDES':
      throw notImplemented(`the operator ${operator}`);
  }
}

function within(sql: string, literals: readonly Literal[], negated: boolean): Sql {
  if (literals.some(isPeriod)) throw notImplemented('date literals in lists');
  const values = literals.filter((literal) => literal !== null);
  const list = JSON.stringify(values);
  const hasNull = values.length < literals.length;
  const inList = `${sql} IN (SELECT value FROM json_each(?))`;
  if (!negated) return one(hasNull ? `(${inList} OR ${sql} IS NULL)` : inList, list);
  return one(hasNull ? `(${sql} IS NOT NULL AND NOT ${inList})` : `(${sql} IS NULL OR NOT ${inList})`, list);
}

function comparePeriod(sql: string, operator: string, { start, end }: Period): Sql {
  switch (operator) {
    case '=':
      return one(`(${sql} >= ? AND ${sql} < ?)`, start, end);
    case '!=':
      return one(`(${sql} IS NULL OR ${sql} < ? OR ${sql} >= ?)`, start, end);
    case '<':
      return one(`${sql} < ?`, start);
    case '<=':
      return one(`${sql} < ?`, end);
    case '>':
      return one(`${sql} >= ?`, end);
    case '>=':
      return one(`${sql} >= ?`, start);
    default:
      throw malformed(`operator ${operator} is not valid for dates`);
  }
}

function literalOf(
  field: FieldDescription,
  { value, type }: { readonly value: string; readonly type: LiteralType | undefined },
  operator: string,
  now: number,
): Literal {
  if (type === 'NULL') return null;
  if (type === 'DATE_LITERAL' || type === 'DATE_N_LITERAL') {
    if (field.type !== 'datetime' && field.type !== 'date') throw wrongType(field);
    const period = periodOf(value, now);
    return period;
  }
  switch (field.type) {
    case 'datetime':
      if (type !== 'DATETIME') throw wrongType(field);
      return Date.parse(value);
    case 'date':
      if (type !== 'DATE') throw wrongType(field);
      return value;
    case 'boolean':
      if (type !== 'BOOLEAN') throw wrongType(field);
      return value.toUpperCase() === 'TRUE' ? 1 : 0;
    case 'int':
    case 'double':
    case 'percent':
    case 'currency':
      if (type !== 'INTEGER' && type !== 'DECIMAL') throw wrongType(field);
      return Number(value);
    case 'id':
    case 'reference':
      if (type !== 'STRING') throw wrongType(field);
      return idLiteral(unquote(value, false), operator);
    case 'string':
    case 'url':
    case 'email':
    case 'phone':
    case 'textarea':
    case 'picklist': {
      if (type !== 'STRING') throw wrongType(field);
      const text = unquote(value, operator === 'LIKE');
      return text === '' ? null : text;
    }
    case 'base64':
      throw wrongType(field);
  }
}

function idLiteral(text: string, operator: string): string | null {
  if (text === '' || operator === 'LIKE') return text || null;
  const id = canonicalId(text);
  if (id === undefined) throw new ApiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
  return id;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * The text of a quoted literal. In a LIKE pattern an escaped backslash, per cent or underscore stays escaped, so that
 * it means itself. An unknown escape is refused, as Salesforce does.
 */
function unquote(literal: string, pattern: boolean): string {
  return literal.slice(1, -1).replaceAll(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, unicode?: string, char?: string) => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
    const escaped = char ?? '';
    if (escaped === '\\') return pattern ? '\\\\' : '\\';
    if (escaped === '%' || escaped === '_') return pattern ? `\\${escaped}` : escaped;
    if (escaped === "'" || escaped === '"') return escaped;
    const control = ESCAPES[escaped.toLowerCase()];
    if (control === undefined) throw malformed(`Illegal string escape '\\${escaped}'`);
    return control;
  });
}

function isPeriod(literal: Literal): literal is Period {
  return typeof literal === 'object' && literal !== null && 'start' in literal;
}

function wrongType(field: FieldDescription): ApiError {
  const quotes = ['string', 'url', 'picklist', 'textarea', 'email', 'phone', 'id', 'reference'].includes(field.type);
  return new ApiError(
    400,
    'INVALID_FIELD',
    `value of filter criterion for field '${field.name}' must be of type ${field.type} and should ${
      quotes ? '' : 'not '
    }be enclosed in quotes`,
  );
}

function one(text: string, ...params: SqlValue[]): Sql {
  return { text, params };
}
