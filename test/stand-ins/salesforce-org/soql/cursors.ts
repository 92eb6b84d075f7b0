import { ApiError } from '../http/api-error.ts';
import { idOf } from '../objects/record-id.ts';
import type { CompiledQuery } from './compile.ts';

export type Cursor = {
  readonly userId: string;
  readonly query: CompiledQuery;
  /** Row numbers, in the query's order: as in Salesforce, which records is fixed, what they say is read late. */
  readonly rows: Float64Array;
  readonly batchSize: number;
  readonly madeAt: number;
};

/** Two days: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm */
const LIFE_MS = 2 * 86_400_000;

/** Results too long for one answer. A locator is `{cursor}-{offset}` and can be read again. */
export class Cursors {
  readonly #cursors = new Map<string, Cursor>();
  #made = 0;

  open(cursor: Cursor): string {
    const id = idOf('0r8', ++this.#made);
    this.#cursors.set(id, cursor);
    return id;
  }

  /** Throws INVALID_QUERY_LOCATOR for strangers', forgotten and malformed locators. */
  find(locator: string, userId: string, now: number): { id: string; cursor: Cursor; offset: number } {
    const [, id = '', offset = ''] = /^([0-9A-Za-z]{18})-(\d+)$/.exec(locator) ?? [];
    const cursor = this.#cursors.get(id);
    if (cursor?.userId !== userId || now - cursor.madeAt > LIFE_MS || Number(offset) > cursor.rows.length) {
      throw new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    return { id, cursor, offset: Number(offset) };
  }

  clear(): void {
    this.#cursors.clear();
  }
}
