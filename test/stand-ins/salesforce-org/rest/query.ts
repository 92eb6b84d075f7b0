import { ApiError } from '../http/api-error.ts';
import { apiRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';
import type { Column } from '../soql/compile.ts';
import { compileFor, readCursor, runQuery } from '../soql/run.ts';

type Kind = { readonly includeDeleted: boolean; readonly tooling: boolean };

function answerQuery(call: SessionCall, kind: Kind): Answer {
  const soql = call.url.searchParams.get('q');
  if (soql === null) {
    if (call.url.searchParams.has('explain')) throw new ApiError(501, 'NOT_IMPLEMENTED_BY_STAND_IN', 'query plans');
    throw new ApiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  }
  const request = { soql, user: call.user, ...kind };
  if (call.url.searchParams.get('columns') === 'true') {
    const query = compileFor(call.org, request);
    return { status: 200, json: { columnMetadata: query.columns.map(columnMetadata), entityName: query.object.name } };
  }
  return {
    status: 200,
    json: runQuery(call.org, { ...request, batchSize: batchSizeOf(call), version: call.version }),
  };
}

/** `Sforce-Query-Options: batchSize=200`, 200 to 2,000. */
function batchSizeOf(call: SessionCall): number {
  const header = String(call.headers['sforce-query-options'] ?? '');
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(header)?.[1] ?? 2000);
  return Math.min(Math.max(asked, 200), 2000);
}

function columnMetadata(column: Column): Record<string, unknown> {
  const { type } = column.field;
  return {
    aggregate: column.aggregate,
    apexType: column.resolved?.field.name ?? null,
    booleanType: type === 'boolean',
    columnName: column.name,
    custom: column.field.name.endsWith('__c'),
    displayName: column.name,
    foreignKeyName: null,
    insertable: false,
    joinColumns: [],
    numberType: ['int', 'double', 'percent', 'currency'].includes(type),
    textType: ['string', 'url', 'textarea', 'picklist', 'email', 'phone'].includes(type),
    updatable: false,
  };
}

function answerMore(call: SessionCall): Answer {
  const { org, user } = call;
  const place = org.cursors.find(call.params.locator ?? '', user.id, org.now());
  return { status: 200, json: readCursor(org, place, call.version) };
}

/** Queries and their cursors. */
export const queryRoutes: readonly Route[] = [
  apiRoute('GET', '/query', 'query', (call) => answerQuery(call, { includeDeleted: false, tooling: false })),
  apiRoute('GET', '/queryAll', 'queryAll', (call) => answerQuery(call, { includeDeleted: true, tooling: false })),
  apiRoute('GET', '/tooling/query', 'tooling.query', (call) =>
    answerQuery(call, { includeDeleted: false, tooling: true }),
  ),
  apiRoute('GET', '/query/:locator', 'queryMore', answerMore),
  apiRoute('GET', '/queryAll/:locator', 'queryMore', answerMore),
  apiRoute('GET', '/tooling/query/:locator', 'queryMore', answerMore),
];
