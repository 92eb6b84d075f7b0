import type { DiscoveredPage } from './discovery.ts';
import type { CallByName } from './synchronous.ts';

/** Items that cross the thread boundary at once: cloning them holds up the main thread. One transaction each. */
const itemsPerSlice = 500;

/** The methods that take a list, with how its slices go into their arguments. */
const listMethods: Readonly<Record<string, (args: readonly unknown[]) => readonly (readonly unknown[])[]>> = {
  recordDiscovered([given]) {
    const page = given as DiscoveredPage;
    const slices = sliced(page.documents);
    return slices.map((documents, index) => [
      {
        ...page,
        documents,
        more: page.more === true || index < slices.length - 1,
        goesOn: page.goesOn === true || index > 0,
      },
    ]);
  },
  markDeleted: secondArgument,
  markSeen: secondArgument,
  recordOutcomes: secondArgument,
  planRows: secondArgument,
  recordConflicts: secondArgument,
  settleRows: secondArgument,
  adoptDocuments: secondArgument,
  adoptErrors: secondArgument,
  extendClaims: ([tokens, ttlMs]) => sliced(tokens as readonly unknown[]).map((slice) => [slice, ttlMs]),
};

/**
 * Methods whose next slice may be on its way while the one before it is at work: a slice that fails fails all that follow
 * it, in the catalog's thread itself.
 */
const chained: ReadonlySet<string> = new Set(['recordDiscovered']);

/** Sends long lists in slices, in their order, and adds up what they return. */
export function inSlices(call: CallByName): CallByName {
  return async (method, args) => {
    const slices = listMethods[method]?.(args) ?? [args];
    const atOnce = chained.has(method) ? 2 : 1;
    const sent: Promise<unknown>[] = [];
    let sum: unknown;
    for (const slice of slices) {
      if (sent.length === atOnce) sum = added(sum, await sent.shift());
      const answer = call(method, slice);
      // one that fails because an earlier one did is never awaited
      answer.catch(() => undefined);
      sent.push(answer);
    }
    while (sent.length > 0) sum = added(sum, await sent.shift());
    return sum;
  };
}

function secondArgument([first, list]: readonly unknown[]): (readonly unknown[])[] {
  return sliced(list as readonly unknown[]).map((slice) => [first, slice]);
}

/** An empty list is one empty slice: the call still has to be made. */
function sliced(list: readonly unknown[]): (readonly unknown[])[] {
  const slices: (readonly unknown[])[] = [];
  for (let start = 0; start < Math.max(1, list.length); start += itemsPerSlice) {
    slices.push(list.slice(start, start + itemsPerSlice));
  }
  return slices;
}

/** The results of the methods above are numbers, records of numbers, or nothing. */
function added(a: unknown, b: unknown): unknown {
  if (a === undefined) return b;
  if (typeof a === 'number') return a + (b as number);
  if (typeof a !== 'object' || a === null) return a;
  const more = b as Readonly<Record<string, number>>;
  return Object.fromEntries(
    Object.entries(a as Record<string, number>).map(([name, n]) => [name, n + (more[name] ?? 0)]),
  );
}
