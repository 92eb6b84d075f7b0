import { type ShareEstimate, shareEstimate } from '../sampling/binomial.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { SourceProbe } from '../storage/survey/source-probe.ts';
import type { Storage } from '../storage/storage.ts';
import type { Candidate } from './document-statistics.ts';
import { concurrently } from '../async/concurrently.ts';

const outcomes = ['reachable', 'archived', 'missing', 'denied', 'failed'] as const;
export type ReachOutcome = (typeof outcomes)[number];

/** What was found for the sampled documents, each outcome with what it says about all. The outcomes sum to `asked`. */
export type Reach = {
  readonly asked: number;
  readonly reachable: ShareEstimate;
  readonly archived: ShareEstimate;
  readonly missing: ShareEstimate;
  readonly denied: ShareEstimate;
  /** Neither: a fault, a time-out, an address that must not be read. */
  readonly failed: ShareEstimate;
  /** Of denied and failed, how often each reason came. */
  readonly codes: Readonly<Record<string, number>>;
};

export type MethodReach = Reach & {
  readonly method: CopyMethod;
  /** Sampled documents that this method cannot be tried on at all: they have no id for the vendor's API, say. */
  readonly unfit: number;
  /** Why the method was not tried on the rest of the sample. */
  readonly stopped: string | undefined;
};

/** A sampled document with what its methods found. */
export type Looked = Candidate & { readonly found: ReadonlyMap<CopyMethod, SourceProbe> };

export type ReachResult = {
  readonly methods: readonly MethodReach[];
  readonly any: Reach;
  readonly looked: readonly Looked[];
};

const inFlight = 64;
/** A Salesforce file costs three API calls of the org's daily budget. */
const mostSalesforceFiles = 50;
const refusalsThatCloseAWay = 3;

/**
 * Tries every configured method on every document of the sample. Each method is judged alone: that one is denied says nothing
 * about another. When the signal is aborted, what was found until then is returned.
 */
export async function lookAtSample(
  storage: Pick<Storage, 'probeSource'>,
  sample: readonly Candidate[],
  { methods, onLooked }: { readonly methods: readonly CopyMethod[]; readonly onLooked: () => void },
  signal: AbortSignal,
): Promise<ReachResult> {
  const gates = new Map(methods.map((method) => [method, new MethodGate(method)]));
  const answers = new Array<Looked | undefined>(sample.length);
  await concurrently(sample.entries(), { atOnce: inFlight, signal }, async ([nth, candidate]) => {
    const found = new Map<CopyMethod, SourceProbe>();
    for (const method of candidate.methods) {
      const gate = gates.get(method);
      if (gate?.enter() !== true) continue;
      const probe = await storage.probeSource(candidate.request, method, signal).catch(unlessAborted(signal));
      if (probe === undefined) return;
      if (gate.counts(probe)) found.set(method, probe);
    }
    answers[nth] = { ...candidate, found };
    onLooked();
  });
  // in the sample's order, not in that of the answers: the same sample gives the same figures
  const looked = answers.filter((one) => one !== undefined);
  return {
    methods: methods.map((method) => methodReach(method, looked, gates.get(method)?.stopped)),
    any: reach(looked.flatMap(({ found }) => overall([...found.values()]) ?? [])),
    looked,
  };
}

/** An abort is no failure: what was found until then counts. */
export function unlessAborted(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
    return undefined;
  };
}

/**
 * Of several methods' answers the one that a backup would end with: a file that one method reaches is reachable; else what the
 * store itself says (archived, then missing) weighs more than denied, and denied more than a fault.
 */
export function overall(probes: readonly SourceProbe[]): SourceProbe | undefined {
  return outcomes.map((kind) => probes.find((probe) => probe.kind === kind)).find((probe) => probe !== undefined);
}

function methodReach(method: CopyMethod, looked: readonly Looked[], stopped: string | undefined): MethodReach {
  const probes = looked.flatMap(({ found }) => found.get(method) ?? []);
  const unfit = looked.filter(({ methods }) => !methods.includes(method)).length;
  return { method, unfit, stopped, ...reach(probes) };
}

function reach(probes: readonly SourceProbe[]): Reach {
  const counts: Record<ReachOutcome, number> = { reachable: 0, archived: 0, missing: 0, denied: 0, failed: 0 };
  const codes: Record<string, number> = {};
  for (const probe of probes) {
    counts[probe.kind] += 1;
    if (probe.kind === 'failed' || probe.kind === 'denied') codes[probe.code] = (codes[probe.code] ?? 0) + 1;
  }
  const asked = probes.length;
  return {
    asked,
    reachable: shareEstimate(counts.reachable, asked),
    archived: shareEstimate(counts.archived, asked),
    missing: shareEstimate(counts.missing, asked),
    denied: shareEstimate(counts.denied, asked),
    failed: shareEstimate(counts.failed, asked),
    codes,
  };
}

/** Closes a method whose set-up is wrong or whose budget is spent: going on would only repeat that. */
class MethodGate {
  stopped: string | undefined;
  readonly #method: CopyMethod;
  #entered = 0;
  #refusals = 0;

  constructor(method: CopyMethod) {
    this.#method = method;
  }

  enter(): boolean {
    if (this.stopped !== undefined) return false;
    if (this.#method === 'salesforce-file' && this.#entered >= mostSalesforceFiles) {
      this.stopped = `tried on ${mostSalesforceFiles} documents: each costs three API calls`;
      return false;
    }
    this.#entered += 1;
    return true;
  }

  /** Whether an answer says something about the document; a vendor's rate limit does not. */
  counts(probe: SourceProbe): boolean {
    if (probe.kind !== 'failed') return true;
    if (probe.failureClass === 'pause') this.stopped = probe.message;
    if (probe.failureClass === 'stop' && ++this.#refusals >= refusalsThatCloseAWay) this.stopped = probe.message;
    return probe.failureClass !== 'pause';
  }
}
