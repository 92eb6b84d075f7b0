import { Failure } from '../model/failure.ts';
import { orgFailureCode, type FailureCode } from '../model/failure-codes.ts';
import { dataPath, orgClient, type ClientOptions, type OrgClient } from './client.ts';
import { classOfCode } from './error-class.ts';
import {
  publishedObjects,
  type PublishedRecord,
  type PublishedRun,
  type Publications,
  type RowResult,
  type Upsert,
  type Written,
} from './publications-port.ts';
import { fewRows } from './rest-query.ts';
import type { Row } from './port.ts';
import { textOf } from './row.ts';
import { soqlText } from './soql.ts';
import { DEPLOY_COMMAND } from '../model/guidance.ts';

/** Opens what writes the status panel's rows. Nothing is sent before the first call. */
export function openPublications(options: ClientOptions): Publications {
  const client = orgClient({ tries: 4, silenceMs: 60_000, ...options });
  return {
    write: (upserts, event) => write(client, upserts, event),
    remove: (recordIds) => remove(client, recordIds),
    runs: (catalogUuid, limit) => publishedRuns(client, catalogUuid, limit),
    idsOf: async (object, catalogUuid, after) => {
      const behind = after === '' ? '' : ` AND Id > ${soqlText(after)}`;
      const where = `Catalog_Id__c = ${soqlText(catalogUuid)}${behind}`;
      const rows = await rowsOf(client, `SELECT Id FROM ${object} WHERE ${where} ORDER BY Id LIMIT 2000`);
      return rows.map(({ Id }) => textOf(Id));
    },
    requests: () => client.requests(),
    close: () => client.close(),
  };
}

/** Fields of a run's row that tell how it ended and what it did. */
const runFields = ['Status__c', 'Processed__c', 'Succeeded__c', 'Not_Succeeded__c', 'Bytes_Copied__c'] as const;

async function publishedRuns(client: OrgClient, catalogUuid: string, limit: number): Promise<PublishedRun[]> {
  const rows = await rowsOf(
    client,
    `SELECT Run_Number__c, ${runFields.join(', ')} FROM ${publishedObjects.run}
     WHERE Catalog_Id__c = ${soqlText(catalogUuid)} AND Run_Number__c != null ORDER BY Run_Number__c DESC LIMIT ${limit}`,
  );
  return rows.map((row) => ({
    run: Number(row.Run_Number__c),
    fields: Object.fromEntries(
      runFields.map((name) => {
        const value = row[name];
        return [name, typeof value === 'object' || value === undefined ? null : value];
      }),
    ),
  }));
}

async function rowsOf(client: OrgClient, soql: string): Promise<Row[]> {
  try {
    return await fewRows(client, soql);
  } catch (error) {
    throw error instanceof Failure ? whenAbsent(0, error) : error;
  }
}

/**
 * One composite request: subrequests run in their order, and all of them are one call of the daily limit
 * (https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm). Each
 * group of rows is an upsert of sObject collections, of which a composite request takes five.
 */
async function write(
  client: OrgClient,
  upserts: readonly Upsert[],
  event: PublishedRecord | undefined,
): Promise<Written> {
  const { apiVersion } = client.session;
  const rows = upserts.map(({ object, records }, index) => ({
    method: 'PATCH',
    url: dataPath(apiVersion, `composite/sobjects/${object}/External_Id__c`),
    referenceId: `rows${index}`,
    body: {
      allOrNone: false,
      records: records.map((record) => ({ attributes: { type: object }, ...record })),
    },
  }));
  const nudge = {
    method: 'POST',
    url: dataPath(apiVersion, `sobjects/${publishedObjects.event}`),
    referenceId: 'event',
    body: event,
  };
  const body = { allOrNone: false, compositeRequest: event === undefined ? rows : [...rows, nudge] };
  const { compositeResponse } = (await client.json({
    method: 'POST',
    path: dataPath(apiVersion, 'composite'),
    body,
    repeatable: true,
    writes: true,
    explain: whenAbsent,
  })) as { compositeResponse: readonly SubResponse[] };
  const nudged = event === undefined ? undefined : compositeResponse.at(-1);
  return {
    rows: upserts.map((upsert, index) => groupResults(upsert, compositeResponse[index])),
    eventFailure: nudged === undefined || nudged.httpStatusCode < 300 ? undefined : refusedEvent(nudged),
  };
}

function refusedEvent({ body }: SubResponse): Failure {
  const { errorCode, message } = firstError(body);
  return failureOf(errorCode, `Salesforce refused the progress event: ${message}`);
}

async function remove(client: OrgClient, recordIds: readonly string[]): Promise<RowResult[]> {
  const path = dataPath(client.session.apiVersion, `composite/sobjects?ids=${recordIds.join(',')}&allOrNone=false`);
  const results = (await client.json({ method: 'DELETE', path, writes: true, explain: whenAbsent })) as RawResult[];
  return results.map((raw, index) => {
    const result = rowResult(raw);
    const isGone = !result.saved && goneCodes.has(result.failure.code);
    return isGone ? { saved: true, recordId: recordIds[index] ?? '' } : result;
  });
}

const goneCodes: ReadonlySet<FailureCode> = new Set(['org-entity-is-deleted', 'org-invalid-cross-reference-key']);

/** @throws Failure when the org refused the group as such, because every other try would end the same */
function groupResults({ object, records }: Upsert, response: SubResponse | undefined): RowResult[] {
  if (response !== undefined && response.httpStatusCode < 300) {
    return (response.body as readonly RawResult[]).map(rowResult);
  }
  const { errorCode, message } = firstError(response?.body);
  const failure = failureOf(errorCode, `Salesforce refused ${records.length} rows of ${object}: ${message}`);
  throw whenAbsent(response?.httpStatusCode ?? 0, failure);
}

function rowResult({ success, id, errors }: RawResult): RowResult {
  if (success) return { saved: true, recordId: id ?? '' };
  const { statusCode = 'UNKNOWN_EXCEPTION', message = 'no reason given' } = errors[0] ?? {};
  return { saved: false, failure: failureOf(statusCode, `${statusCode}: ${message}`) };
}

function failureOf(errorCode: string, message: string): Failure {
  const failureClass = classOfCode(errorCode, message) ?? 'skip';
  return new Failure(message, {
    code: orgFailureCode(errorCode),
    failureClass,
    actions: failureClass === 'stop' ? ['Assign the permission set File_Migration_Integration.'] : [],
  });
}

/** An object that is not there and one that this user may not see look the same. */
function whenAbsent(status: number, failure: Failure): Failure {
  if (status !== 404 && failure.code !== 'org-invalid-type') return failure;
  return new Failure('The org has no File Migration objects, or this user may not see them: nothing is published.', {
    code: 'publishing-not-deployed',
    actions: [
      DEPLOY_COMMAND,
      'sf org assign permset --name File_Migration_Integration',
      'Or leave it: --no-publish, or publish.enabled false in migration.json',
    ],
    cause: failure,
  });
}

function firstError(body: unknown): { errorCode: string; message: string } {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const { errorCode, message } = (first ?? {}) as { errorCode?: string; message?: string };
  return { errorCode: errorCode ?? 'UNKNOWN_EXCEPTION', message: message ?? 'no reason given' };
}

type SubResponse = { readonly httpStatusCode: number; readonly body: unknown };
type RawResult = {
  readonly success: boolean;
  readonly id?: string;
  readonly errors: readonly { readonly statusCode?: string; readonly message?: string }[];
};
