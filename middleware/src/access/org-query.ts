import { parseSalesforceId, type DocumentId } from '@file-migration/config';
import { z } from 'zod';
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
export type Asker = { readonly accessToken: string; readonly external: boolean };

export type OrgQueryOptions = {
  readonly orgUrl: string;
  readonly apiVersion: string;
  readonly fields: DocumentFields;
  readonly timeoutSeconds: number;
  /** What external users must meet besides; without it they see nothing. */
  readonly externalUsersWhere: string | undefined;
  /** Is told of each question that went to the org, with its answer and how long it took. */
  readonly asked: (answer: AccessAnswer['kind'], seconds: number) => void;
};

/**
 * What the org says of one user and one record.
 * `none`: not there, or not for him; which of the two is nobody's business.
 * `token-refused`: the org does not know the token (any more).
 * `no-app-access`: the user lacks a right that opening any file needs.
 */
export type AccessAnswer =
  | { readonly kind: 'row'; readonly row: DocumentRow }
  | { readonly kind: 'none' | 'token-refused' | 'api-disabled' | 'budget-spent' | 'no-app-access' | 'external-user' }
  | { readonly kind: 'trouble'; readonly detail: string };

const RESULT = z.object({
  done: z.literal(true),
  totalSize: z.number().int(),
  records: z.array(z.record(z.string(), z.unknown())).max(1),
});
const ERRORS = z.array(z.object({ errorCode: z.string() })).min(1);
const FIELD = z.string().nullish();

/** Far more than one row takes; more than that is no answer to our question. */
const LONGEST_ANSWER_BYTES = 65_536;

const NO_APP_ACCESS = new Set([
  'INVALID_FIELD',
  'INVALID_TYPE',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
]);
const API_DISABLED = new Set(['API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED', 'FUNCTIONALITY_NOT_ENABLED']);
const BUDGET_SPENT = new Set(['REQUEST_LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);

/**
 * Asks the org for a record as the user himself, so that sharing, restriction rules and field security decide.
 * SOQL and not retrieve-by-id, because restriction rules are documented for SOQL only.
 */
export class OrgQuery {
  readonly #options: OrgQueryOptions;
  readonly #url: string;

  constructor(options: OrgQueryOptions) {
    this.#options = options;
    this.#url = `${options.orgUrl}/services/data/v${options.apiVersion}/query?q=`;
  }

  /** Never throws: whatever is not a clear answer is `trouble`. */
  async ask(user: Asker, id: DocumentId): Promise<AccessAnswer> {
    if (user.external && this.#options.externalUsersWhere === undefined) return { kind: 'external-user' };
    const askedAt = performance.now();
    const answer = await this.#answer(user, id);
    this.#options.asked(answer.kind, (performance.now() - askedAt) / 1000);
    return answer;
  }

  async #answer(user: Asker, id: DocumentId): Promise<AccessAnswer> {
    try {
      const response = await fetch(this.#url + encodeURIComponent(this.#soql(id, user.external)), {
        headers: { Authorization: `Bearer ${user.accessToken}`, Accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(this.#options.timeoutSeconds * 1000),
      });
      const body = await shortJson(response);
      return response.status === 200 ? this.#rowOf(body, id) : refusalOf(response.status, body);
    } catch (error) {
      return { kind: 'trouble', detail: error instanceof Error ? error.name : 'unknown' };
    }
  }

  /** An id is letters and digits only by its type; names and condition come from the service's own configuration. */
  #soql(id: DocumentId, external: boolean): string {
    const { object, name, url, key, originalUrl } = this.#options.fields;
    const fields = [...new Set(['Id', name, url, key, originalUrl])].join(', ');
    const condition = external ? ` AND (${this.#options.externalUsersWhere ?? ''})` : '';
    return `SELECT ${fields} FROM ${object} WHERE Id = '${id}'${condition}`;
  }

  #rowOf(body: unknown, id: DocumentId): AccessAnswer {
    const result = RESULT.safeParse(body).data;
    if (result?.totalSize !== result?.records.length) return { kind: 'trouble', detail: 'not a query result' };
    const record = result?.records[0];
    if (result === undefined) return { kind: 'trouble', detail: 'not a query result' };
    if (record === undefined) return { kind: 'none' };
    const { fields } = this.#options;
    const [rowId, name, url, key, originalUrl] = ['Id', fields.name, fields.url, fields.key, fields.originalUrl].map(
      (field) => FIELD.safeParse(record[field]),
    );
    if (![rowId, name, url, key, originalUrl].every((field) => field?.success === true)) {
      return { kind: 'trouble', detail: 'a field is not text' };
    }
    if (parseSalesforceId(rowId?.data ?? '') !== id) return { kind: 'trouble', detail: 'another record' };
    return {
      kind: 'row',
      row: {
        id,
        name: name?.data ?? '',
        url: url?.data ?? '',
        key: key?.data ?? '',
        originalUrl: originalUrl?.data ?? '',
      },
    };
  }
}

function refusalOf(status: number, body: unknown): AccessAnswer {
  const codes = (ERRORS.safeParse(body).data ?? []).map(({ errorCode }) => errorCode);
  const says = (known: ReadonlySet<string>): boolean => codes.some((code) => known.has(code));
  if (status === 401) return { kind: 'token-refused' };
  if (status === 403 && says(BUDGET_SPENT)) return { kind: 'budget-spent' };
  if (status === 403 && says(API_DISABLED)) return { kind: 'api-disabled' };
  if ((status === 400 || status === 403) && says(NO_APP_ACCESS)) return { kind: 'no-app-access' };
  return { kind: 'trouble', detail: [status, ...codes].join(' ').slice(0, 80) };
}

/** Reads a body of bounded length as JSON; undefined when it is none. */
async function shortJson(response: Response): Promise<unknown> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    // leaving the loop cancels the body
    if (text.length > LONGEST_ANSWER_BYTES) return undefined;
  }
  try {
    return JSON.parse(text + decoder.decode()) as unknown;
  } catch {
    return undefined;
  }
}
