import { EVIDENCE_GRADES } from '../evidence.ts';
import { share, wholeNumber } from './fields.ts';
import { z } from './zod.ts';

const extension = z
  .string()
  .regex(/^\.?[A-Za-z0-9]{0,16}$/, 'an extension such as "pdf", or "" for names without one')
  .transform((text) => text.replace('.', '').toLowerCase());

/** Which documents are copied; each rule that leaves one out is named on it. */
export const filters = z
  .strictObject({
    maxFileSizeMb: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('Largest file to copy, in MiB (1,048,576 bytes); null for no limit. Predecessor: max_file_size_mb.'),
    allowedExtensions: z
      .array(extension)
      .nullable()
      .default(null)
      .describe('Only these extensions ("" for none); null for all. Predecessor: allowed_extensions.'),
    deniedExtensions: z.array(extension).default([]).describe('Never these extensions.'),
  })
  .refine(
    ({ allowedExtensions, deniedExtensions }) =>
      !deniedExtensions.some((denied) => allowedExtensions?.includes(denied)),
    { path: ['deniedExtensions'], error: 'no extension that is also allowed' },
  );

/** Phase 1: how fast and how careful. */
export const backup = z.strictObject({
  documentsPerClaim: wholeNumber(1, 5000)
    .default(500)
    .describe('How many documents are taken from the catalog at a time. Predecessor: batch_size.'),
  longestPauseMinutes: wholeNumber(0, 1440)
    .default(60)
    .describe(
      'How long a run waits for limits of Salesforce or a vendor to pass, all pauses together; then it stops and can be resumed.',
    ),
  minimumEvidence: z
    .enum(EVIDENCE_GRADES)
    .default('D')
    .describe('The weakest evidence that counts as verified; below it a document stays copied.'),
  contentHash: z
    .enum(['sha256', 'when-needed'])
    .default('sha256')
    .describe(
      'Whether the SHA-256 of each file is computed and kept, or only where the target cannot check the bytes with a value of the source (its MD5): less CPU, the same proof, no audit trail of hashes.',
    ),
  inFlight: z
    .strictObject({
      initial: wholeNumber(1, 1024).default(32).describe('How many files are copied at once at the start.'),
      max: wholeNumber(1, 1024).default(256).describe('How many files may be copied at once at most.'),
    })
    .refine(({ initial, max }) => initial <= max, { path: ['initial'], error: 'a number not above max' })
    .prefault({})
    .describe('Concurrency finds its own level between 1 and max.'),
  requestsPerSecond: wholeNumber(1, 100_000)
    .nullable()
    .default(null)
    .describe('Most requests a second to each side; null for no limit.'),
  bandwidthMbPerSecond: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Most MiB a second read from sources; null for no limit.'),
  multipart: z
    .strictObject({
      thresholdMb: wholeNumber(5, 5120).default(64).describe('Files from this size on are written in parts, in MiB.'),
      partSizeMb: wholeNumber(5, 5120)
        .default(16)
        .describe('Size of a part in MiB; grows by itself where a file would need more than 10,000 parts.'),
    })
    .prefault({})
    .describe('Multipart uploads.'),
  httpClient: z
    .enum(['built-in', 'undici'])
    .default('built-in')
    .describe(
      'What carries requests for files: the built-in client, or undici for networks it does not get along with.',
    ),
  absentShareStop: share
    .default(0.01)
    .describe(
      'A full run stops when a larger share of the known documents is absent: lost sharing looks like deletion.',
    ),
  overlapMinutes: wholeNumber(60, 10_080)
    .default(60)
    .describe('How far an incremental run reaches back before the last one, for records that were committed late.'),
});
