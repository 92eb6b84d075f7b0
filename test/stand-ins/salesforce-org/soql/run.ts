import type { User } from '../access/users.ts';
import type { Org } from '../org.ts';
import { ApiError } from '../http/api-error.ts';
import type { SqlValue } from '../store/field-values.ts';
import { compileQuery, type CompiledQuery } from './compile.ts';
import type { Cursor } from './cursors.ts';
import { parseSoql } from './parse.ts';
import { aggregateOf, recordOf, selectList } from './records.ts';
import { fillUserRecordAccess } from '../access/record-access.ts';

export type QueryRequest = {
  readonly soql: string;
  readonly user: User;
  readonly includeDeleted: boolean;
  readonly tooling: boolean;
  /** 200 to 2,000. */
  readonly batchSize: number;
  readonly version: number;
};
type QueryAnswer = {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly unknown[];
};

/** Compiles a query for one user; throws ApiError. */
export function compileFor(org: Org, request: Omit<QueryRequest, 'batchSize' | 'version'>): CompiledQuery {
  const query = parseSoql(request.soql);
  if (query.sObject?.toLowerCase() === 'userrecordaccess') fillUserRecordAccess(org, query);
  return compileQuery(query, {
    schema: org.schema,
    viewer: org.viewer(request.user),
    includeDeleted: request.includeDeleted,
    tooling: request.tooling,
    now: org.now(),
  });
}

/** The answer of /query, its first batch. */
export function runQuery(org: Org, request: QueryRequest): QueryAnswer {
  const query = compileFor(org, request);
  const params = [...query.where.params, ...query.tail.params];
  const rest = `FROM ${query.tables} WHERE ${query.where.text} ${query.tail.text}`;
  switch (query.kind) {
    case 'count': {
      const [row] = org.store.rows(
        `SELECT count(*) FROM (SELECT 1 FROM ${query.tables} WHERE ${query.where.text})`,
        query.where.params,
      );
      return { totalSize: Number(row?.[0] ?? 0), done: true, records: [] };
    }
    case 'aggregate': {
      const rows = org.store.rows(`SELECT ${selectList(query)} ${rest}`, params);
      if (rows.length > 2000) {
        throw new ApiError(
          400,
          'EXCEEDED_ID_LIMIT',
          'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
        );
      }
      return { totalSize: rows.length, done: true, records: rows.map((row) => aggregateOf(query, row)) };
    }
    case 'records': {
      const first = org.store.rows(`SELECT ${selectList(query)} ${rest}${capped(query, request.batchSize)}`, params);
      if (first.length <= request.batchSize) {
        return {
          totalSize: first.length,
          done: true,
          records: first.map((row) => recordOf(query, row, request.version)),
        };
      }
      const rows = Float64Array.from(org.store.rows(`SELECT t0.rowid ${rest}`, params), (row) => Number(row[0]));
      const cursor = { userId: request.user.id, query, rows, batchSize: request.batchSize, madeAt: org.now() };
      return readCursor(org, { id: org.cursors.open(cursor), cursor, offset: 0 }, request.version);
    }
  }
}

/** One row more than a batch tells whether a cursor is needed; a query with a LIMIT of its own has its own end. */
function capped(query: CompiledQuery, batchSize: number): string {
  return ` ${query.tail.text}`.includes(' LIMIT ') ? '' : ` LIMIT ${batchSize + 1}`;
}

/** The batch of a cursor that begins at `offset`. */
export function readCursor(
  org: Org,
  { id, cursor, offset }: { readonly id: string; readonly cursor: Cursor; readonly offset: number },
  version: number,
): QueryAnswer {
  const { query, rows } = cursor;
  const wanted = [...rows.subarray(offset, offset + cursor.batchSize)];
  const found = org.store.rows(
    `SELECT ${selectList(query)} FROM ${query.tables} WHERE t0.rowid IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(wanted)],
  );
  const byRow = new Map<SqlValue, SqlValue[]>(found.map((row) => [row.at(-1) ?? null, row]));
  const next = offset + wanted.length;
  const done = next >= rows.length;
  return {
    totalSize: rows.length,
    done,
    ...(done ? {} : { nextRecordsUrl: `/services/data/v${version}.0/query/${id}-${next}` }),
    records: wanted.flatMap((row) => {
      const record = byRow.get(row);
      return record ? [recordOf(query, record, version)] : [];
    }),
  };
}
