import type { Comparison } from '../model/comparison.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { WireError } from '../model/wire-error.ts';
import type { CompareDepth, CompareRequest } from '../storage/copy/compare-copy.ts';
import type { CopyRequest } from '../storage/copy-result.ts';
import type { StorageLoad } from '../storage/survey-facts.ts';

/** Of what coordinator and workers say to each other; a worker takes only jobs of its own. */
export const protocol = 1;

/** One document's work. It names addresses, keys and names, and never a secret: a worker has its own configuration. */
export type Task =
  | { readonly kind: 'copy'; readonly request: CopyRequest }
  | { readonly kind: 'compare'; readonly request: CompareRequest; readonly depth: CompareDepth };

/** A UUID; an answer to a job that the coordinator does not wait for meets nobody. */
export type JobId = string;

/** Documents that one worker takes together. Claim tokens and the epoch stay with the coordinator. */
export type Job = {
  readonly protocol: typeof protocol;
  readonly id: JobId;
  /** How many workers share the configured rates. */
  readonly sharers: number;
  /** Its one document may be what ends workers: it is handled while the worker has nothing else. */
  readonly exclusive: boolean;
  readonly tasks: readonly Task[];
};

export type TaskResult =
  | { readonly kind: 'done'; readonly value: CopyResult | Comparison }
  | { readonly kind: 'thrown'; readonly error: WireError }
  /** The worker will not begin it; another one may. */
  | { readonly kind: 'given-back' };

export type Answer = { readonly job: JobId; readonly task: number; readonly result: TaskResult };

/** What a worker tells of itself, every second and when it has finished a job. */
export type Report = {
  readonly worker: WorkerName;
  /** `broken`: it cannot work, and leaves. */
  readonly state: 'working' | 'leaving' | 'broken';
  readonly error?: WireError;
  readonly load: StorageLoad;
  /** Documents in its hands. */
  readonly documents: number;
  /** Exclusive job that it begins now. */
  readonly begins?: JobId;
  readonly answers: readonly Answer[];
};

/** `host:pid` */
export type WorkerName = string;
