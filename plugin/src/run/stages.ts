/** One part of a run that works beside others, until it has ended or `signal` aborts. */
export type Stage<Result> = (signal: AbortSignal) => Promise<Result>;

/**
 * Runs two stages side by side to their ends. The first that fails ends the other, and its failure is the one that
 * counts.
 * @returns undefined when `signal` aborted: what a stage throws because of that is no failure
 * @throws what failed first
 */
export async function bothStages<A, B>(
  first: Stage<A>,
  second: Stage<B>,
  signal: AbortSignal,
): Promise<readonly [A, B] | undefined> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const ending = <T>(stage: Stage<T>): Promise<T> =>
    stage(either).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  const [a, b] = await Promise.allSettled([ending(first), ending(second)]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value];
  const { reason } = failed.signal as { reason: unknown };
  if (signal.aborted && isAbort(reason, signal)) return undefined;
  throw reason;
}

/** The signal's own reason, or the AbortError that Node's timers make of it. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
