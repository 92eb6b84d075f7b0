import { z } from 'zod';

/**
 * What can go wrong. `error`, `answer`, `headers`, `cut`, `delay` and `expire` befall requests (the operation is the route's name, the
 * resource its path); `row`, `lock`, `fail`, `slow`, `gone` befall Bulk jobs; `edit` may stand anywhere.
 */
export const orgFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    /** The org acts first, then answers this: the caller cannot know. */
    after: z.boolean().optional(),
    /** Answers when this many bytes of the request's body have arrived. */
    atByte: z.int().nonnegative().optional(),
    /** Seconds, for the Retry-After header. */
    retryAfter: z.number().optional(),
  }),
  /**
   * Something else than the org answers, a proxy or a page of maintenance: any status but an error's, any body. The org
   * does not act, unless `after`.
   */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    after: z.boolean().optional(),
  }),
  /** The org acts and answers, with these headers instead of its own. */
  z.strictObject({ kind: z.literal('headers'), headers: z.record(z.string(), z.string()) }),
  /** The connection breaks after this many bytes of the answer; the org has acted. */
  z.strictObject({ kind: z.literal('cut'), atByte: z.int().nonnegative().optional() }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  /**
   * The session of the caller ends: this and all later requests with it answer 401. Of a request for a token
   * (`oauth.token`): the session that it gives has ended already.
   */
  z.strictObject({ kind: z.literal('expire') }),
  /** One row of an ingest job fails (operation `ingest.row`, resource: the record id). */
  z.strictObject({
    kind: z.literal('row'),
    code: z.string(),
    message: z.string().optional(),
    /** The failure is told without the record's id. */
    blankId: z.boolean().optional(),
  }),
  /** All rows of a 200-row chunk fail with UNABLE_TO_LOCK_ROW (operation `ingest.chunk`, resource: its record ids). */
  z.strictObject({ kind: z.literal('lock') }),
  /** The job ends Failed after some of its rows (operation `ingest.job` or `query.job`, resource: object and job id). */
  z.strictObject({
    kind: z.literal('fail'),
    afterRows: z.int().nonnegative().optional(),
    message: z.string().optional(),
  }),
  /** The job takes this much longer. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().nonnegative() }),
  /** The job vanishes: every request for it answers 404. */
  z.strictObject({ kind: z.literal('gone') }),
  /** A user writes these fields of a record first (`id`, or the row that the operation is about). */
  z.strictObject({
    kind: z.literal('edit'),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    id: z.string().optional(),
    username: z.string().optional(),
  }),
]);

export type OrgFault = z.infer<typeof orgFaultSchema>;
export type RequestFault = Extract<OrgFault, { kind: 'error' | 'answer' | 'headers' | 'cut' | 'expire' }>;

/** The usual code for a status, where a fault names none. */
export function faultCode(status: number): string {
  switch (status) {
    case 401:
      return 'INVALID_SESSION_ID';
    case 403:
    case 429:
      return 'REQUEST_LIMIT_EXCEEDED';
    case 503:
      return 'SERVER_UNAVAILABLE';
    default:
      return 'UNKNOWN_EXCEPTION';
  }
}
