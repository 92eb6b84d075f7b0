/**
 * Works through a list, so many at a time; ends early, without an error, when the signal is aborted.
 * @throws the first error of the work that is not the abort
 */
export async function sideBySide<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (;;) {
      if (signal.aborted) return;
      const next = left.next();
      if (next.done === true) return;
      try {
        await work(next.value);
      } catch (error) {
        if (isAborted(signal)) return;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Asked anew after every await: the compiler would remember the first answer. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
