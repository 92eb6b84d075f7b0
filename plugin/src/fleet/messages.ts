import type { OrganizationId } from '@file-migration/config';
import type { WireError } from '../model/wire-error.ts';
import type { CompareDepth, CompareRequest } from '../storage/copy/compare-copy.ts';
import type { Comparison } from '../model/comparison.ts';
import type { CopyResult } from '../model/copy-outcome.ts';
import type { CopyRequest } from '../storage/copy-result.ts';
import type { StorageLoad } from '../storage/survey-facts.ts';

/** One document's work. It names addresses, keys and names, and never a secret: a worker has its own configuration. */
export type Task =
  | { readonly kind: 'copy'; readonly request: CopyRequest }
  | { readonly kind: 'compare'; readonly request: CompareRequest; readonly depth: CompareDepth };

/** Numbers a task for the coordinator that gave it, once: an answer to another number meets nobody. */
export type TaskNumber = number;

export type ToWorker =
  | { readonly kind: 'start'; readonly setup: WorkerSetup }
  | { readonly kind: 'task'; readonly number: TaskNumber; readonly task: Task }
  | { readonly kind: 'cancel'; readonly number: TaskNumber }
  /** The coordinator still owns the catalog: the lease is good for another {@link leaseMs}. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'leave' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly load: StorageLoad }
  /** Answers a beat. */
  | { readonly kind: 'load'; readonly load: StorageLoad }
  | { readonly kind: 'done'; readonly number: TaskNumber; readonly value: CopyResult | Comparison }
  | { readonly kind: 'failed'; readonly number: TaskNumber; readonly error: WireError }
  /** The worker cannot work at all. */
  | { readonly kind: 'broken'; readonly error: WireError };

/** What a worker must know besides the environment that it inherits. */
export type WorkerSetup = {
  /** Path of migration.json. */
  readonly configFile: string;
  readonly organizationId: OrganizationId;
  /** How many workers share the configured rates. */
  readonly sharers: number;
};

/** Milliseconds between two beats of the coordinator. */
export const beatMs = 1000;
/** Milliseconds without a beat after which a worker writes nothing more. */
export const leaseMs = 15_000;
/** Milliseconds without an answer after which a worker is given up and ended: longer than any lease. */
export const silenceMs = 20_000;
