import { setTimeout as sleep } from 'node:timers/promises';

/** Waiting times that double from `firstMs` to `mostMs`. */
export type Backoff = { readonly firstMs: number; readonly mostMs: number };

/** The nth (from 1) waiting time, half of it by chance, so that many clients do not come back at once. */
export function backoffMs({ firstMs, mostMs }: Backoff, nth: number): number {
  return Math.min(mostMs, firstMs * 2 ** (nth - 1)) * (0.5 + Math.random() / 2);
}

/** Waits; rejects with the signal's reason when that comes first. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
