import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import { z } from 'zod';
import type { OrgClient } from '../org/org-client.ts';
import { troubleOf, type OrgTrouble } from '../org/org-trouble.ts';
import type { DocumentRow } from './document-row.ts';

/** The object and fields that the service reads, by their API names. */
export type DocumentFields = {
  readonly object: string;
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly originalUrl: string;
};

/** On whose behalf the org is asked. */
export type OrgUser = { readonly accessToken: string; readonly external: boolean };

export type OrgQueryOptions = {
  readonly org: OrgClient;
  readonly apiVersion: string;
  readonly fields: DocumentFields;
  /** What external users must meet besides; without it they see nothing. */
  readonly externalUsersWhere: string | undefined;
  /** Is told of each question that went to the org, with its answer and how long it took. */
  readonly asked: (answer: AccessAnswer['kind'], seconds: number) => void;
};

/**
 * What the org says of one user and one record.
 * `none`: not there, or not for them; which of the two is nobody's business.
 * `token-refused`: the org does not know the token (any more).
 * `no-app-access`: the user lacks a right that opening any file needs.
 */
export type AccessAnswer =
  | { readonly kind: 'row'; readonly row: DocumentRow }
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'none' | 'api-disabled' | 'budget-spent' | 'no-app-access' | 'external-user' }
  | OrgTrouble;

const ERRORS = z.array(z.object({ errorCode: z.string() })).min(1);
const NO_APP_ACCESS = new Set([
  'INVALID_FIELD',
  'INVALID_TYPE',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
]);
const API_DISABLED = new Set(['API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED', 'FUNCTIONALITY_NOT_ENABLED']);
const BUDGET_SPENT = new Set(['REQUEST_LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);

/**
 * Asks the org for a record as the user themselves, so that sharing, restriction rules and field security decide.
 * SOQL and not retrieve-by-id, because restriction rules are documented for SOQL only.
 */
export class OrgQuery {
  readonly #options: OrgQueryOptions;
  /** The query's path up to the id, and from the id on. */
  readonly #path: readonly [before: string, after: string, afterForExternalUsers: string];
  readonly #result: ReturnType<typeof resultOf>;

  constructor(options: OrgQueryOptions) {
    this.#options = options;
    const { apiVersion, fields, externalUsersWhere = '' } = options;
    const selected = [...new Set(['Id', fields.name, fields.url, fields.key, fields.originalUrl])].join(', ');
    // names and condition come from the service's own configuration; an id is letters and digits only, by its type
    this.#path = [
      `/services/data/v${apiVersion}/query?q=${encodeURIComponent(`SELECT ${selected} FROM ${fields.object} WHERE Id = '`)}`,
      encodeURIComponent("'"),
      encodeURIComponent(`' AND (${externalUsersWhere})`),
    ];
    this.#result = resultOf(fields);
  }

  /** Never throws: whatever is not a clear answer is trouble. */
  async ask(user: OrgUser, id: DocumentId): Promise<AccessAnswer> {
    if (user.external && this.#options.externalUsersWhere === undefined) return { kind: 'external-user' };
    const askedAt = performance.now();
    const answer = await this.#answer(user, id);
    this.#options.asked(answer.kind, (performance.now() - askedAt) / 1000);
    return answer;
  }

  async #answer({ accessToken, external }: OrgUser, id: DocumentId): Promise<AccessAnswer> {
    const [before, after, afterForExternalUsers] = this.#path;
    try {
      const path = before + id + (external ? afterForExternalUsers : after);
      const { status, json } = await this.#options.org.get(path, accessToken);
      return status === 200 ? this.#rowOf(json, id) : refusalOf(status, json);
    } catch (error) {
      return troubleOf(error);
    }
  }

  #rowOf(json: unknown, id: DocumentId): AccessAnswer {
    const result = this.#result.safeParse(json).data;
    if (result === undefined || result.totalSize !== result.records.length) {
      return { kind: 'org-trouble', detail: 'not a query result' };
    }
    const [record] = result.records;
    if (record === undefined) return { kind: 'none' };
    const { fields } = this.#options;
    const text = (field: string): string => record[field] ?? '';
    if (parseSalesforceId(text('Id')) !== id) return { kind: 'org-trouble', detail: 'another record' };
    return {
      kind: 'row',
      row: {
        id,
        name: text(fields.name),
        url: text(fields.url),
        key: text(fields.key),
        originalUrl: text(fields.originalUrl),
      },
    };
  }
}

/** The answer to our query: all of it, one record at most, and every field of it text or empty. */
function resultOf(fields: DocumentFields) {
  const names = ['Id', fields.name, fields.url, fields.key, fields.originalUrl];
  const record = z.object(Object.fromEntries(names.map((name) => [name, z.string().nullish()])));
  return z.object({ done: z.literal(true), totalSize: z.number().int(), records: z.array(record).max(1) });
}

function refusalOf(status: number, body: unknown): AccessAnswer {
  const codes = (ERRORS.safeParse(body).data ?? []).map(({ errorCode }) => errorCode);
  const says = (known: ReadonlySet<string>): boolean => codes.some((code) => known.has(code));
  if (status === 401) return { kind: 'token-refused' };
  if (status === 403 && says(BUDGET_SPENT)) return { kind: 'budget-spent' };
  if (status === 403 && says(API_DISABLED)) return { kind: 'api-disabled' };
  if ((status === 400 || status === 403) && says(NO_APP_ACCESS)) return { kind: 'no-app-access' };
  return { kind: 'org-trouble', detail: [status, ...codes].join(' ').slice(0, 80) };
}
