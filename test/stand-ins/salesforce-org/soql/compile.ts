import type { FieldType, Query } from '@jetstreamapp/soql-parser-js';
import { ApiError, notImplemented } from '../http/api-error.ts';
import type { ObjectMeta, Schema } from '../objects/schema.ts';
import type { SqlValue } from '../store/field-values.ts';
import { compare } from './comparisons.ts';
import { conditionTree, malformed, type Comparison, type Condition } from './conditions.ts';
import { fieldExpression, functionExpression, type Expression } from './expressions.ts';
import { noSuchObject, Scope } from './scope.ts';
import type { Sql, Viewer } from './viewer.ts';

export type Column = Expression & {
  /** The key in an aggregate result, or the header in a CSV. */
  readonly name: string;
};

export type CompiledQuery = {
  /** `count` is `SELECT COUNT()`, whose answer is a number and no rows. */
  readonly kind: 'records' | 'aggregate' | 'count';
  readonly object: ObjectMeta;
  readonly columns: readonly Column[];
  /** The ids of the parents that the columns come from, by relationship path. */
  readonly parents: readonly { readonly path: string; readonly object: ObjectMeta; readonly sql: string }[];
  /** The object's table, called t0, and what is joined to it. */
  readonly tables: string;
  readonly where: Sql;
  /** GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET. */
  readonly tail: Sql;
};

export type CompileOptions = {
  readonly schema: Schema;
  readonly viewer: Viewer;
  readonly includeDeleted: boolean;
  readonly tooling?: boolean;
  readonly now: number;
};

/** A parsed SOQL query as SQL over the store's tables; throws ApiError for what Salesforce refuses. */
export function compileQuery(query: Query, options: CompileOptions): CompiledQuery {
  const object = objectOf(query.sObject ?? '', options);
  const scope = new Scope(options, object, 't0', query.sObjectAlias);
  refuseUnsupported(query);
  const selected = (query.fields ?? []).flatMap((field) => columnsOf(scope, field, query));
  const groups = [query.groupBy ?? []]
    .flat()
    .map((group) => ('fn' in group ? functionExpression(scope, group.fn) : fieldExpression(scope, group.field)));
  const aggregated = groups.length > 0 || selected.some((column) => column.aggregate);
  const kind = isBareCount(query) ? 'count' : aggregated ? 'aggregate' : 'records';
  const columns = aggregated ? aggregateColumns(selected, groups) : selected;
  const where = whereOf(scope, query, options);
  const having = query.having ? conditionSql(conditionTree(query.having), scope, options, true) : undefined;
  const order = orderOf(scope, query, kind, groups);
  const clauses = [
    groups.length > 0 ? `GROUP BY ${groups.map((group) => group.sql).join(', ')}` : '',
    having ? `HAVING ${having.text}` : '',
    order,
    limitOf(query),
  ];
  return {
    kind,
    object,
    columns,
    parents: scope.parents(),
    tables: scope.from(),
    where,
    tail: { text: clauses.filter(Boolean).join(' '), params: having?.params ?? [] },
  };
}

export function objectOf(name: string, options: Pick<CompileOptions, 'schema' | 'viewer' | 'tooling'>): ObjectMeta {
  const meta = options.schema.find(name);
  const elsewhere = meta?.tooling === true && options.tooling !== true;
  if (!meta || meta.event || elsewhere || !options.viewer.canReadObject(meta)) throw noSuchObject(name);
  return meta;
}

function refuseUnsupported(query: Query): void {
  if (query.withDataCategory) throw notImplemented('WITH DATA CATEGORY');
  if (query.usingScope) throw notImplemented('USING SCOPE');
  if ((query.offset ?? 0) > 2000) {
    throw new ApiError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  }
}

function isBareCount(query: Query): boolean {
  const [only, another] = query.fields ?? [];
  return (
    another === undefined &&
    only?.type === 'FieldFunctionExpression' &&
    only.functionName.toUpperCase() === 'COUNT' &&
    only.parameters.length === 0
  );
}

function columnsOf(scope: Scope, selected: FieldType, query: Query): Column[] {
  switch (selected.type) {
    case 'Field':
    case 'FieldRelationship': {
      const path = selected.type === 'Field' ? [] : selected.relationships;
      const prefix = 'objectPrefix' in selected ? [selected.objectPrefix] : [];
      const expression = fieldExpression(scope, [...prefix, ...path, selected.field].join('.'));
      const full = expression.resolved?.path.join('.') ?? selected.field;
      return [{ ...expression, name: 'alias' in selected ? (selected.alias ?? full) : full }];
    }
    case 'FieldFunctionExpression': {
      if (selected.functionName.toUpperCase() === 'FIELDS') return allFields(scope, selected.parameters[0], query);
      const expression = functionExpression(scope, {
        functionName: selected.functionName,
        parameters: selected.parameters,
      });
      return [{ ...expression, name: selected.alias ?? '' }];
    }
    case 'FieldSubquery':
      throw notImplemented('child subqueries');
    case 'FieldTypeof':
      throw notImplemented('TYPEOF');
  }
}

function allFields(scope: Scope, which: unknown, query: Query): Column[] {
  const group = String(which).toUpperCase();
  if (group !== 'STANDARD' && (query.limit ?? Infinity) > 200) {
    throw malformed(`The SOQL FIELDS function must have a LIMIT of at most 200`);
  }
  return scope.object.fields
    .filter((field) => group === 'ALL' || field.name.endsWith('__c') === (group === 'CUSTOM'))
    .filter((field) => scope.viewer.canReadField(scope.object, field))
    .map((field) => ({ ...fieldExpression(scope, field.name), name: field.name }));
}

/** In an aggregate result a field is called by its last name, an expression without alias by its number. */
function aggregateColumns(selected: readonly Column[], groups: readonly Expression[]): Column[] {
  let unnamed = 0;
  return selected.map((column) => {
    if (!column.aggregate && !groups.some((group) => group.sql === column.sql)) {
      throw malformed(`Field must be grouped or aggregated: ${column.name}`);
    }
    if (column.name === '') return { ...column, name: `expr${unnamed++}` };
    const path = column.resolved?.path;
    return { ...column, name: path?.join('.') === column.name ? (path.at(-1) ?? '') : column.name };
  });
}

function whereOf(scope: Scope, query: Query, options: CompileOptions): Sql {
  const parts: Sql[] = [];
  if (!options.includeDeleted) parts.push({ text: `${scope.alias}."IsDeleted" = 0`, params: [] });
  const visible = options.viewer.recordFilter(scope.object, scope.alias);
  if (visible) parts.push(visible);
  if (query.where) parts.push(conditionSql(conditionTree(query.where), scope, options, false));
  return join(parts, 'AND');
}

/** A condition alone, on the object's table under `alias`: for restriction rules. */
export function compileCondition(
  condition: Condition,
  object: ObjectMeta,
  alias: string,
  options: CompileOptions,
): Sql {
  return conditionSql(condition, new Scope(options, object, alias), options, false);
}

function conditionSql(condition: Condition, scope: Scope, options: CompileOptions, grouped: boolean): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return join(
        condition.parts.map((part) => conditionSql(part, scope, options, grouped)),
        condition.kind.toUpperCase(),
      );
    case 'not': {
      const part = conditionSql(condition.part, scope, options, grouped);
      // what is unknown in SQL is untrue in SOQL
      return { text: `NOT coalesce(${part.text}, 0)`, params: part.params };
    }
    case 'comparison':
      return comparisonSql(condition.comparison, scope, options, grouped);
  }
}

function comparisonSql(comparison: Comparison, scope: Scope, options: CompileOptions, grouped: boolean): Sql {
  const expression =
    'fn' in comparison ? functionExpression(scope, comparison.fn) : fieldExpression(scope, comparison.field);
  if (expression.aggregate && !grouped) {
    throw malformed('Grouped field or aggregate function should be in HAVING clause');
  }
  if (!('valueQuery' in comparison)) return compare(expression, comparison, options.now);
  const inner = compileQuery(comparison.valueQuery, { ...options, includeDeleted: false });
  const [column, another] = inner.columns;
  if (!column || another || inner.kind !== 'records') throw malformed('A semi-join selects exactly one field');
  const sub = `(SELECT ${column.sql} FROM ${inner.tables} WHERE ${inner.where.text} AND ${column.sql} IS NOT NULL)`;
  return {
    text: `${expression.sql} ${comparison.operator} ${nested(sub)}`,
    params: inner.where.params,
  };
}

/** Inside a semi-join the tables get names of their own. */
function nested(sql: string): string {
  return sql.replaceAll(/\bt0(?=[._ ])/g, 's0');
}

function orderOf(scope: Scope, query: Query, kind: CompiledQuery['kind'], groups: readonly Expression[]): string {
  const terms = [query.orderBy ?? []].flat().map((order) => {
    const expression = 'fn' in order ? functionExpression(scope, order.fn) : fieldExpression(scope, order.field);
    if (kind === 'aggregate' && !expression.aggregate && !groups.some((group) => group.sql === expression.sql)) {
      throw malformed(`Ordered field must be grouped or aggregated: ${expression.field.name}`);
    }
    if (kind === 'records' && expression.aggregate) throw malformed('aggregates cannot be ordered without GROUP BY');
    return `${expression.sql} ${order.order ?? 'ASC'} NULLS ${order.nulls ?? 'FIRST'}`;
  });
  if (kind === 'records') terms.push(`${scope.alias}.rowid`);
  return terms.length > 0 ? `ORDER BY ${terms.join(', ')}` : '';
}

function limitOf(query: Query): string {
  if (query.limit === undefined && query.offset === undefined) return '';
  return `LIMIT ${query.limit ?? -1} OFFSET ${query.offset ?? 0}`;
}

function join(parts: readonly Sql[], operator: string): Sql {
  if (parts.length === 0) return { text: '1', params: [] };
  const params: SqlValue[] = parts.flatMap((part) => part.params);
  return { text: `(${parts.map((part) => part.text).join(` ${operator} `)})`, params };
}
