/** After a stop, what is in flight may finish for so long: well within the 30 s that Ctrl-C may take. */
export const longestDrainMs = 25_000;

/**
 * Has `abandon` end what outlasts the drain that begins when `stopped` aborts.
 * @returns what ends the watch, once the work has ended by itself
 */
export function abandonAfterDrain(
  stopped: AbortSignal,
  abandon: AbortController,
  drainMs = longestDrainMs,
): () => void {
  const begin = (): void => {
    setTimeout(() => abandon.abort(new Error('drain time is over')), drainMs).unref();
  };
  stopped.addEventListener('abort', begin, { once: true });
  return () => stopped.removeEventListener('abort', begin);
}
