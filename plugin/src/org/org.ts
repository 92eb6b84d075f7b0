import { accountCounts } from './account-counts.ts';
import type { Backoff } from '../async/backoff.ts';
import { orgClient, type ClientOptions } from './client.ts';
import { documentColumns, documentWhere } from './document-columns.ts';
import { queryDocuments } from './document-query.ts';
import { TOO_LARGE, countDocuments, orUndefined } from './document-counts.ts';
import { readDependentSources } from './dependent-sources.ts';
import { describeObject, findField, requireField } from './object-description.ts';
import { readLimits, readOrgFacts } from './org-facts-reader.ts';
import { attempt } from '../model/available.ts';
import type { DocumentBatch, Org, OrgNames } from './port.ts';
import { endQueryJob } from './query-job.ts';
import { readDocuments, readValues, restCount, restQuery } from './rest-query.ts';
import { runningUser } from './running-user.ts';
import { linkedFile, openLinkedFile } from './salesforce-file.ts';
import { updatesOf } from './updates.ts';
import { readWriteEffects } from './write-effects-reader.ts';

export type OrgOptions = ClientOptions & {
  /** `org` of migration.json. */
  readonly names: OrgNames;
  /** Largest share (0 to 1) of the daily API budget at which files are still read from Salesforce. */
  readonly fileBudgetShare?: number;
  /** How often jobs are asked after, instead of what suits each kind. */
  readonly poll?: Backoff;
};

/**
 * A large org takes minutes to prepare a million rows, a small one a tenth of a second: asking early, and then half as often
 * each time, costs a large one eight calls more.
 */
const QUERY_POLL: Backoff = { firstMs: 10, mostMs: 10_000 };
/** A job of 10,000 rows takes up to two minutes: nine calls then. */
const UPDATE_POLL: Backoff = { firstMs: 1000, mostMs: 20_000 };

/** Opens the org that a session belongs to. Nothing is sent before the first call. */
export function createOrg(options: OrgOptions): Org {
  const { session, names, poll, fileBudgetShare = 0.8 } = options;
  const client = orgClient(options);
  const description = once(() => describeObject(client, names.document.object));
  const columns = once(async () => documentColumns(await description(), names.document));
  const columnsWithTraits = once(async () => documentColumns(await description(), names.document, { traits: true }));

  return {
    apiVersion: session.apiVersion,
    get instanceUrl() {
      return session.instanceUrl;
    },
    organizationId: async () => (await runningUser(client)).organizationId,
    queryDocuments: async function* (request = {}) {
      const asked = await (request.withTraits === true ? columnsWithTraits() : columns());
      yield* queryDocuments(client, asked, poll ?? QUERY_POLL, request);
    },
    endQuery: (position) => endQueryJob(client, position),
    readDocuments: async function* (ids) {
      yield* readDocuments(client, await columns(), ids);
    },
    readValues: async (ids, fields) => {
      const object = await description();
      const known = new Map(fields.map((field) => [field, requireField(object, field).name]));
      return readValues(client, object.name, ids, known);
    },
    accountCounts: async function* () {
      const known = await columns();
      yield* accountCounts(client, known, () => queryDocuments(client, known, poll ?? QUERY_POLL, {}));
    },
    countDocuments: async (account) => {
      const known = await columns();
      const only = account === undefined ? {} : { accountId: account };
      const soql = `SELECT COUNT() FROM ${known.object}${documentWhere(known, only)}`;
      const counted = await orUndefined(() => restCount(client, soql, { hopeless: TOO_LARGE }));
      return counted ?? (await rowsOf(queryDocuments(client, known, poll ?? QUERY_POLL, only)));
    },
    tallyDocuments: async (request) => {
      const field = findField(await description(), names.document.keyField);
      const stream = async function* (): ReturnType<Org['queryDocuments']> {
        yield* queryDocuments(client, await columns(), poll ?? QUERY_POLL, { withDeleted: true });
      };
      const url = requireField(await description(), names.document.urlField);
      return countDocuments({ client, columns: await columns(), url, key: field?.name, stream }, request);
    },
    query: (soql) => restQuery(client, soql),
    facts: () => readOrgFacts(client, names),
    limits: () => attempt(() => readLimits(client)),
    linkedFile: (document) => linkedFile(client, document, fileBudgetShare),
    openLinkedFile: (file) => openLinkedFile(client, file, fileBudgetShare),
    writeEffects: async () => {
      const { urlField: url, keyField, originalUrlField } = names.document;
      return readWriteEffects(client, await description(), { url, written: [url, keyField, originalUrlField] });
    },
    dependentSources: async (readers) => readDependentSources(client, (await description()).name, readers),
    updates: updatesOf(client, description, poll ?? UPDATE_POLL),
    usage: () => client.usage(),
    requests: () => client.requests(),
    close: () => client.close(),
  };
}

async function rowsOf(batches: AsyncIterable<DocumentBatch>): Promise<number> {
  let rows = 0;
  for await (const { documents } of batches) rows += documents.length;
  return rows;
}

/** Asks once for all callers; an answer that failed is asked for again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
