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
  readonly way: CopyMethod;
  /** Sampled documents that this way cannot be tried on at all: they have no id for the vendor's API, say. */
  readonly unfit: number;
  /** Why the way was not tried on the rest of the sample. */
  readonly stopped: string | undefined;
};

/** A sampled document with what its ways found. */
export type Looked = Candidate & { readonly found: ReadonlyMap<CopyMethod, SourceProbe> };

export type ReachResult = {
  readonly ways: readonly MethodReach[];
  readonly any: Reach;
  readonly looked: readonly Looked[];
};

const inFlight = 64;
/** A Salesforce file costs three API calls of the org's daily budget. */
const mostSalesforceFiles = 50;
const refusalsThatCloseAWay = 3;

/**
 * Tries every configured way on every document of the sample. Each way is judged alone: that one is denied says nothing
 * about another. When the signal is aborted, what was found until then is returned.
 */
export async function lookAtSample(
  storage: Pick<Storage, 'probeSource'>,
  sample: readonly Candidate[],
  ways: readonly CopyMethod[],
  onLooked: () => void,
  signal: AbortSignal,
): Promise<ReachResult> {
  const gates = new Map(ways.map((way) => [way, new WayGate(way)]));
  const answers = new Array<Looked | undefined>(sample.length);
  await concurrently(sample.entries(), { atOnce: inFlight, signal }, async ([nth, candidate]) => {
    const found = new Map<CopyMethod, SourceProbe>();
    for (const way of candidate.ways) {
      const gate = gates.get(way);
      if (gate?.enter() !== true) continue;
      const probe = await storage.probeSource(candidate.request, way, signal).catch(unlessAborted(signal));
      if (probe === undefined) return;
      if (gate.counts(probe)) found.set(way, probe);
    }
    answers[nth] = { ...candidate, found };
    onLooked();
  });
  // in the sample's order, not in that of the answers: the same sample gives the same figures
  const looked = answers.filter((one) => one !== undefined);
  return {
    ways: ways.map((way) => wayReach(way, looked, gates.get(way)?.stopped)),
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
 * Of several ways' answers the one that a backup would end with: a file that one way reaches is reachable; else what the
 * store itself says (archived, then missing) weighs more than denied, and denied more than a fault.
 */
export function overall(probes: readonly SourceProbe[]): SourceProbe | undefined {
  return outcomes.map((kind) => probes.find((probe) => probe.kind === kind)).find((probe) => probe !== undefined);
}

function wayReach(way: CopyMethod, looked: readonly Looked[], stopped: string | undefined): MethodReach {
  const probes = looked.flatMap(({ found }) => found.get(way) ?? []);
  const unfit = looked.filter(({ ways }) => !ways.includes(way)).length;
  return { way, unfit, stopped, ...reach(probes) };
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

/** Closes a way whose set-up is wrong or whose budget is spent: going on would only repeat that. */
class WayGate {
  stopped: string | undefined;
  readonly #way: CopyMethod;
  #entered = 0;
  #refusals = 0;

  constructor(way: CopyMethod) {
    this.#way = way;
  }

  enter(): boolean {
    if (this.stopped !== undefined) return false;
    if (this.#way === 'salesforce-file' && this.#entered >= mostSalesforceFiles) {
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
