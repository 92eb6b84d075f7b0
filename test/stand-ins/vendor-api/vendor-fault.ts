import { z } from 'zod';

/** What may befall a request of this API; the operation is `presign`, the resource the identifier. */
export const vendorFaultSchema = z.discriminatedUnion('kind', [
  /** Refused with this status; `retryAfterSeconds` adds the header. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.number().nonnegative().optional(),
  }),
  /** The answer is a page of HTML with status 200, as a proxy or a sign-in page in between gives it. */
  z.strictObject({ kind: z.literal('html-answer') }),
  /** The URL in the answer leads to a page of HTML that is served with status 200. */
  z.strictObject({ kind: z.literal('html-file') }),
  /** The URL in the answer is signed for a time that is over. */
  z.strictObject({ kind: z.literal('expired-url') }),
  /** JSON of another shape than the documented one: no `data.url`. */
  z.strictObject({ kind: z.literal('wrong-shape') }),
  /** Answered later. */
  z.strictObject({ kind: z.literal('latency'), milliseconds: z.number().nonnegative() }),
  /** The connection is cut without an answer. */
  z.strictObject({ kind: z.literal('cut') }),
]);

export type VendorFault = z.infer<typeof vendorFaultSchema>;
