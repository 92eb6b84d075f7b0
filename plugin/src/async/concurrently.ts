/** How items are worked through. */
export type Concurrency = {
  /** Items under way at once; asked again before each item, so that it may grow and shrink. */
  readonly atOnce: number | (() => number);
  /** Once it aborts no further item is taken; what is under way ends by itself. */
  readonly signal?: AbortSignal;
};

/**
 * Works through `items` several at a time, until there are no more, `signal` aborts or `work` fails. An item that was
 * taken is worked on; all that are under way come to their end before this returns or throws.
 * @throws the first failure of `work` or of `items`
 */
export async function concurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { atOnce, signal }: Concurrency,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const most = typeof atOnce === 'number' ? () => atOnce : atOnce;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const workers = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let hired = 0;
  let exhausted = false;
  const isOver = (): boolean => exhausted || failures.length > 0 || signal?.aborted === true;

  const workOn = async (): Promise<void> => {
    try {
      while (!isOver() && hired <= most()) {
        const next = await iterator.next();
        if (next.done === true) exhausted = true;
        else {
          await work(next.value);
          hire();
        }
      }
    } catch (error) {
      failures.push(error);
    } finally {
      hired -= 1;
    }
  };
  const hire = (): void => {
    for (; hired < most() && !isOver();) {
      hired += 1;
      const worker = workOn().finally(() => workers.delete(worker));
      workers.add(worker);
    }
  };

  hire();
  while (workers.size > 0) await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}
