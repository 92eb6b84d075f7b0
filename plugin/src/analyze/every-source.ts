import { concurrently } from '../async/concurrently.ts';
import type { CopyRequest } from '../storage/copy-result.ts';
import type { SourceProbe } from '../storage/survey/source-probe.ts';
import type { Storage } from '../storage/storage.ts';
import { overall, unlessAborted, type ReachOutcome } from './reach.ts';
import type { DistinctSource, TempDatabase } from './temp-database.ts';
import type { SizeTally } from './sizes.ts';
import type { StorageClasses } from './storage-classes.ts';

/** Documents by what was found under their URLs, all of them asked. */
export type EverySource = Readonly<Record<ReachOutcome, number>> & { readonly complete: boolean };

const inFlight = 128;

/**
 * Looks at every different source once, by the methods in their order until one reaches it. A Salesforce file is no answer
 * here: it would cost three API calls for each document.
 */
export async function lookAtEverySource(
  {
    storage,
    temp,
    keyOf,
  }: { storage: Storage; temp: TempDatabase; keyOf: (source: DistinctSource) => CopyRequest['key'] },
  tallies: { readonly sizes: SizeTally; readonly classes: StorageClasses },
  onLooked: (documents: number) => void,
  signal: AbortSignal,
): Promise<EverySource> {
  const found: Record<ReachOutcome, number> = { reachable: 0, archived: 0, missing: 0, denied: 0, failed: 0 };
  await concurrently(each(temp), { atOnce: inFlight, signal }, async (source) => {
    const { id: document, url, fileName, externalId, documents } = source;
    const request: CopyRequest = {
      document,
      revision: 1,
      url,
      key: keyOf(source),
      fileName,
      externalId: externalId ?? undefined,
    };
    const probe = await firstThatReaches(storage, request, signal).catch(unlessAborted(signal));
    if (probe === undefined) return;
    found[probe.kind] += documents;
    onLooked(documents);
    if (probe.kind !== 'reachable' && probe.kind !== 'archived') return;
    tallies.classes.take(probe, documents);
    if (probe.size === undefined) return;
    tallies.sizes.take(probe.size, documents);
  });
  return { ...found, complete: !signal.aborted };
}

function* each(temp: TempDatabase): Generator<DistinctSource> {
  for (const page of temp.sources()) yield* page;
}

async function firstThatReaches(
  storage: Storage,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<SourceProbe | undefined> {
  const plan = storage.plan(request);
  if (plan.kind === 'skipped') return undefined;
  const probes: SourceProbe[] = [];
  for (const method of plan.methods) {
    if (method === 'salesforce-file') continue;
    const probe = await storage.probeSource(request, method, signal);
    if (probe.kind === 'reachable' || probe.kind === 'archived') return probe;
    probes.push(probe);
  }
  return overall(probes);
}
