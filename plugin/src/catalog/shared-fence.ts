/**
 * Joins the fence's callers of one turn of the event loop into one question to the catalog's thread. None of them gets
 * an answer that is older than its own call, and thirty copies in flight do not cost thirty round trips.
 */
export function sharedFence(ask: () => Promise<void>): () => Promise<void> {
  let gathering: Promise<void> | undefined;
  return () =>
    (gathering ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      gathering = undefined;
      return ask();
    }));
}
