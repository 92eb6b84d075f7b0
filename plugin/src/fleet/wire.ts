import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { EVIDENCE_GRADES, isSalesforceId, LONGEST_KEY, COPY_METHODS } from '@file-migration/config/contract';
import type { DocumentId, ObjectKey } from '@file-migration/config';
import { protocol, type Job, type Report } from './messages.ts';

/*
 * Jobs and reports as they lie in a queue that others can reach: packed, because an engine then has nothing to look into
 * (plain JSON costs pg-boss seven times as much), and looked at before anything is done with them.
 */

/** Bytes of a message at most, unpacked: a thousand documents with the longest URLs fit. */
const mostBytes = 16 * 1024 * 1024;

/** A value that an engine carries without looking into it. */
export type Packed = { readonly zstd: string };

const packed = z.strictObject({ zstd: z.base64() });

export function pack(value: Job | Report | Stranger): Packed {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return { zstd: zstdCompressSync(JSON.stringify(value), { params }).toString('base64') };
}

/** @throws Error when it is not what a coordinator or worker of this protocol sends, or too large */
export function unpackJob(value: unknown): Job {
  return job.parse(unpack(value)) as Job;
}

/** @throws Error likewise */
export function unpackReport(value: unknown): Report {
  return report.parse(unpack(value)) as Report;
}

/** A worker that cannot take the jobs of a queue, as it introduces itself; the same in every version of the protocol. */
export type Stranger = {
  readonly worker: string;
  readonly protocol: number;
  readonly plugin: string;
  readonly settings: Readonly<Record<string, string>>;
};

/** @throws Error likewise */
export function unpackStranger(value: unknown): Stranger {
  return stranger.parse(unpack(value));
}

function unpack(value: unknown): unknown {
  const { zstd } = packed.parse(value);
  return JSON.parse(zstdDecompressSync(Buffer.from(zstd, 'base64'), { maxOutputLength: mostBytes }).toString());
}

const facts = z.strictObject({
  size: z.number(),
  etag: z.string().optional(),
  versionId: z.string().optional(),
  checksum: z.string().optional(),
  lastModifiedAt: z.number().optional(),
});
const evidence = z.enum(EVIDENCE_GRADES);
const method = z.enum(COPY_METHODS);
const failureClass = z.enum(['retry', 'skip', 'pause', 'stop']);
const text = z.string().max(128 * 1024);

const copyRequest = z.strictObject({
  document: z.custom<DocumentId>((value) => typeof value === 'string' && isSalesforceId(value), 'no document id'),
  revision: z.int().min(1),
  url: text,
  key: z.custom<ObjectKey>((value) => typeof value === 'string' && value.length > 0 && value.length <= LONGEST_KEY),
  fileName: text,
  externalId: text.optional(),
});
const compareRequest = copyRequest.extend({
  method: method.optional(),
  source: facts.optional(),
  target: facts.optional(),
  sha256: z.string().optional(),
  evidence: evidence.optional(),
});
const task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('copy'), request: copyRequest }),
  z.strictObject({ kind: z.literal('compare'), request: compareRequest, depth: z.enum(['head', 'full']) }),
]);
const job = z.strictObject({
  protocol: z.literal(protocol),
  id: z.uuid(),
  sharers: z.int().min(1),
  exclusive: z.boolean(),
  tasks: z.array(task).min(1).max(1000),
});

const ended = { code: text, failureClass, message: text };
const outcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('copied'),
    method,
    verified: z.boolean(),
    evidence,
    source: facts,
    target: facts,
    sha256: z.string().optional(),
    alreadyThere: z.boolean(),
    substitute: z.boolean(),
  }),
  z.strictObject({ kind: z.enum(['failed', 'missing', 'denied', 'archived', 'not-compared']), ...ended }),
  z.strictObject({ kind: z.literal('skipped'), rule: text }),
  z.strictObject({ kind: z.literal('retry'), code: text, message: text, retryAfterMs: z.number() }),
  z.strictObject({ kind: z.literal('released') }),
  z.strictObject({
    kind: z.literal('equal'),
    evidence,
    source: facts.optional(),
    target: facts,
    sha256: z.string().optional(),
  }),
  z.strictObject({ kind: z.enum(['source-changed', 'target-differs', 'target-missing']), message: text }),
]);
const error = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('failure'),
    message: text,
    code: text,
    failureClass,
    retryAfterMs: z.number().optional(),
    actions: z.array(text),
  }),
  z.strictObject({ kind: z.literal('fault'), name: text, message: text, stack: z.string().optional() }),
]);
const side = z.strictObject({
  limit: z.number(),
  inFlight: z.number(),
  requests: z.number(),
  bytes: z.number(),
  slowDowns: z.number(),
});
const report = z.strictObject({
  worker: text,
  state: z.enum(['working', 'leaving', 'broken']),
  error: error.optional(),
  load: z.strictObject({ source: side, target: side, heldBytes: z.number(), documents: z.number() }),
  documents: z.number(),
  begins: z.uuid().optional(),
  answers: z.array(
    z.strictObject({
      job: z.uuid(),
      task: z.int().min(0),
      result: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('done'), value: outcome }),
        z.strictObject({ kind: z.literal('thrown'), error }),
        z.strictObject({ kind: z.literal('given-back') }),
      ]),
    }),
  ),
});
const stranger = z.strictObject({
  worker: text,
  protocol: z.number(),
  plugin: text,
  settings: z.record(z.string(), z.string()),
});
