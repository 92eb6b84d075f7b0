import { seededRandom } from './random.ts';

/**
 * Which requests a rule strikes. All conditions given must hold. `nth`, `everyNth` and `probability` look at the
 * requests that match `operation` and `resource`, counted from 1 in the order in which they arrive.
 */
export type FaultMatch = {
  /** Name of an operation, or several; absent means any. */
  readonly operation?: string | readonly string[] | undefined;
  /** A regular expression, as text, searched in the resource's name; absent means any. */
  readonly resource?: string | undefined;
  /** The matching requests with these numbers. */
  readonly nth?: number | readonly number[] | undefined;
  /** Every so many matching requests: 3 strikes the 3rd, 6th, … */
  readonly everyNth?: number | undefined;
  /** 0 to 1, drawn from the seed. */
  readonly probability?: number | undefined;
  /** The rule is used up after it has struck this often. */
  readonly times?: number | undefined;
};

export type FaultRule<Fault> = { readonly match: FaultMatch; readonly fault: Fault };

/** What a stand-in tells about a request before it answers it. */
export type FaultSubject = { readonly operation: string; readonly resource: string };

export type Faults<Fault> = {
  /** The fault that befalls this request, or undefined. The first rule that strikes wins; every rule counts. */
  pick(subject: FaultSubject): Fault | undefined;
};

/**
 * Decides, by rules and a seed, which requests of a stand-in go wrong: the same requests in the same order meet the
 * same faults. Every rule draws from a random sequence of its own, so that adding one does not change another's.
 */
export function createFaults<Fault>(rules: readonly FaultRule<Fault>[], seed = 1): Faults<Fault> {
  const matchers = rules.map((rule, index) => createMatcher(rule, seededRandom(seed + index * 7919)));
  return {
    pick(subject) {
      let struck: Fault | undefined;
      for (const matcher of matchers) {
        if (matcher.strikes(subject) && struck === undefined) struck = matcher.use();
      }
      return struck;
    },
  };
}

function createMatcher<Fault>({ match, fault }: FaultRule<Fault>, random: () => number) {
  const operations = match.operation === undefined ? undefined : [match.operation].flat();
  const resource = match.resource === undefined ? undefined : new RegExp(match.resource, 'u');
  const numbers = match.nth === undefined ? undefined : [match.nth].flat();
  let seen = 0;
  let used = 0;
  return {
    strikes(subject: FaultSubject): boolean {
      if (operations !== undefined && !operations.includes(subject.operation)) return false;
      if (resource !== undefined && !resource.test(subject.resource)) return false;
      seen += 1;
      // drawn for every matching request, so that the sequence does not depend on the other conditions
      const drawn = match.probability === undefined ? 0 : random();
      return (
        (numbers === undefined || numbers.includes(seen)) &&
        (match.everyNth === undefined || seen % match.everyNth === 0) &&
        (match.probability === undefined || drawn < match.probability) &&
        (match.times === undefined || used < match.times)
      );
    },
    use(): Fault {
      used += 1;
      return fault;
    },
  };
}
