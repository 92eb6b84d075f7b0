import type { Catalog } from './port.ts';
import type { CallByName, MethodOf } from './synchronous.ts';

/** Items that cross the thread boundary at once: cloning them holds up the main thread. One transaction each. */
const itemsPerSlice = 500;

/** How one method's long list goes over in slices, and how their results become one. */
type Slicing<Args extends readonly unknown[], Result> = {
  slices(args: Args): readonly Args[];
  sum(a: Result, b: Result): Result;
  /**
   * Whether the next slice may be on its way while the one before it is at work: a slice that fails fails all that
   * follow it, in the catalog's thread itself.
   */
  readonly chained?: true;
};

type SlicingOf<Method> = Method extends (...args: infer Args) => Promise<infer Result> ? Slicing<Args, Result> : never;

/** The methods that take long lists. A method that is not there, or takes other arguments, does not compile. */
const sliced: { readonly [M in MethodOf<Catalog>]?: SlicingOf<Catalog[M]> } = {
  recordDiscovered: {
    slices([page]) {
      const parts = cut(page.documents);
      return parts.map((documents, index) => [
        {
          ...page,
          documents,
          more: page.more === true || index < parts.length - 1,
          goesOn: page.goesOn === true || index > 0,
        },
      ]);
    },
    sum: totals,
    chained: true,
  },
  markDeleted: { slices: second, sum: total },
  markSeen: { slices: second, sum: total },
  recordOutcomes: { slices: second, sum: totals },
  planRows: { slices: second, sum: total },
  recordConflicts: { slices: second, sum: total },
  concludeRows: { slices: second, sum: total },
  adoptDocuments: { slices: second, sum: totals },
  recordDecisions: { slices: ([decisions]) => cut(decisions).map((part) => [part]), sum: total },
  adoptErrors: { slices: second, sum: total },
  recordVerifications: {
    // only with the last slice the pass has come so far
    slices: ([run, documents, after]) => {
      const parts = cut(documents);
      return parts.map((part, index) => [run, part, index === parts.length - 1 ? after : undefined]);
    },
    sum: totals,
  },
  extendClaims: { slices: ([tokens, ttlMs]) => cut(tokens).map((part) => [part, ttlMs]), sum: () => undefined },
};

/** Sends long lists in slices, in their order, and adds up what they return. */
export function inSlices(call: CallByName): CallByName {
  return async (method, args) => {
    // a call by name has lost its types: those of the table above are the method's own
    const slicing = (sliced as Readonly<Record<string, Slicing<readonly unknown[], unknown>>>)[method];
    if (slicing === undefined) return call(method, args);
    const atOnce = slicing.chained === true ? 2 : 1;
    const sent: Promise<unknown>[] = [];
    const results: unknown[] = [];
    for (const slice of slicing.slices(args)) {
      if (sent.length === atOnce) results.push(await sent.shift());
      const answer = call(method, slice);
      // one that fails because an earlier one did is never awaited
      answer.catch(() => undefined);
      sent.push(answer);
    }
    while (sent.length > 0) results.push(await sent.shift());
    return results.reduce((sum, result) => slicing.sum(sum, result));
  };
}

function second<First, Item>([first, list]: [First, readonly Item[]]): [First, readonly Item[]][] {
  return cut(list).map((part) => [first, part]);
}

/** An empty list is one empty slice: the call still has to be made. */
function cut<Item>(list: readonly Item[]): (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let start = 0; start < Math.max(1, list.length); start += itemsPerSlice) {
    parts.push(list.slice(start, start + itemsPerSlice));
  }
  return parts;
}

function total(a: number, b: number): number {
  return a + b;
}

function totals<Counts extends Readonly<Record<string, number>>>(a: Counts, b: Counts): Counts {
  return Object.fromEntries(Object.entries(a).map(([name, n]) => [name, n + (b[name] ?? 0)])) as Counts;
}
