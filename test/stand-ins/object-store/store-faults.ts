import { z } from 'zod';
import { s3ErrorCodes } from './s3-error.ts';

const bytes = z.int().nonnegative();

/** What may befall a request; the README's table says what each stands for. */
export const storeFaultSchema = z.discriminatedUnion('kind', [
  /** Refused with this code; `acted: true` answers so only after having done what was asked. */
  z.strictObject({ kind: z.literal('error'), code: z.enum(s3ErrorCodes), acted: z.boolean().optional() }),
  /** Answered later. */
  z.strictObject({ kind: z.literal('latency'), milliseconds: z.number().nonnegative() }),
  /** Answered once other faults are set, which may hold the next ones: a test that goes by events says when. */
  z.strictObject({ kind: z.literal('hold') }),
  /** Never answered and the connection left open, unless `milliseconds` cuts it. `acted`: after having acted. */
  z.strictObject({
    kind: z.literal('stall'),
    milliseconds: z.number().positive().optional(),
    acted: z.boolean().optional(),
  }),
  /** The connection is cut without an answer, before acting or after. */
  z.strictObject({ kind: z.literal('cut'), acted: z.boolean() }),
  /** The connection is cut after so many bytes of the answer's body. */
  z.strictObject({ kind: z.literal('cut-body'), afterBytes: bytes }),
  /** The answer's body stops after so many bytes and the connection stays open. */
  z.strictObject({ kind: z.literal('stall-body'), afterBytes: bytes }),
  /** A complete and well-formed answer with fewer bytes than the object has. */
  z.strictObject({ kind: z.literal('short-body'), bytes }),
  /** The right number of bytes, one of them wrong. */
  z.strictObject({ kind: z.literal('corrupt') }),
  /** Copy and complete: status 200 with an error as its body, nothing done. */
  z.strictObject({ kind: z.literal('error-in-200'), code: z.enum(s3ErrorCodes) }),
  /** After this answer the object is another one: its bytes inverted, with its own ETag. */
  z.strictObject({ kind: z.literal('change-object') }),
  /** The answer tells no length and ends with the connection, after all of its body or so many bytes of it. */
  z.strictObject({ kind: z.literal('no-length'), bytes: bytes.optional() }),
  /** The ETag comes as a weak one, as from a proxy that compresses. */
  z.strictObject({ kind: z.literal('weak-etag') }),
  /** The answer carries no checksum. */
  z.strictObject({ kind: z.literal('no-checksums') }),
]);

export type StoreFault = z.infer<typeof storeFaultSchema>;
