const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Why the work was asked to stop: the reason of the abort signal. */
export type StopReason = (typeof signals)[number];

/**
 * Runs `work` with a signal that the first Ctrl-C (or SIGTERM, SIGHUP) aborts, so that it can drain; a second one ends
 * the process at once with 130.
 *
 * SfCommand's own listeners throw in the middle of whatever runs (sf-plugins-core#736), so they make room meanwhile.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(name);
  };
  for (const name of signals) process.removeAllListeners(name).on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.removeListener(name, stop);
  }
}
