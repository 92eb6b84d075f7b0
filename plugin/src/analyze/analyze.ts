import { renderKey, type MigrationConfig } from '@file-migration/config';
import { ourLinkParser } from '../catalog/our-links.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import { textOf } from '../org/row.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import type { Storage } from '../storage/storage.ts';
import type { AnalysisProgress, AnalysisStage } from './analysis-progress.ts';
import type { Analysis, AnalysisRequest } from './analysis-result.ts';
import { assumptions } from './assumptions.ts';
import { DocumentStatistics, type Candidate } from './document-statistics.ts';
import { estimatePhases, type PhaseEstimates } from './estimates.ts';
import { lookAtEverySource, type EverySource } from './every-source.ts';
import { liveProbe } from './live-probe.ts';
import { rankings, rulesOf } from './rankings.ts';
import { lookAtSample, overall, type Reach, type ReachResult } from './reach.ts';
import { TempDatabase } from './temp-database.ts';
import { SizeTally, fieldSizes, type Sizes } from './sizes.ts';
import { StorageClasses } from './storage-classes.ts';
import { ZoneClock } from './zone-clock.ts';

const nobodyLooked: ReachResult = { methods: [], any: emptyReach(), looked: [] };

/**
 * Finds out what there is to migrate, what can be reached, and what both phases will take. Nothing is written: not to the
 * org, not to any bucket, not to the catalog. An aborted signal ends it with what was found until then, marked as a part.
 * @throws Failure of class `stop` or `pause` of the org
 */
export async function analyze(
  { org, storage }: { readonly org: Org; readonly storage: Storage },
  request: AnalysisRequest,
  { settings: config, progress, signal }: Omit<PhaseOptions<MigrationConfig, AnalysisProgress>, 'info'>,
): Promise<Analysis> {
  const started = performance.now();
  const notes: string[] = [];
  const clock = await zoneClock(org, request.timeZone, notes);
  using temp = new TempDatabase();
  const tally = new DocumentStatistics({
    config,
    storage,
    clock,
    temp,
    ourLink: ourLinkParser(request.ourLinks),
    sample: request.sample,
    seed: request.seed,
    keepSources: request.allSizes,
  });
  const conditions = { config, progress, signal };
  await readDocuments(org, request, tally, conditions);
  let stoppedAt: AnalysisStage | undefined = signal.aborted ? progress.stage : undefined;

  const sample = tally.sample.items();
  const classes = new StorageClasses();
  const found = stoppedAt === undefined ? await look(storage, sample, conditions) : nobodyLooked;
  const everything =
    request.allSizes && !signal.aborted
      ? await lookEverywhere(storage, { temp, classes, tally }, conditions)
      : undefined;
  const sizes = everything?.sizes ?? sampledSizes(found, tally, classes, config);
  stoppedAt ??= signal.aborted ? progress.stage : undefined;

  const { initial: inFlight } = config.backup.inFlight;
  progress.begin('Measure download speed', Math.min(request.probe, sample.length));
  const probe =
    request.probe > 0 && !signal.aborted
      ? await liveProbe(
          storage,
          found.looked,
          { files: request.probe, inFlight, onRead: (bytes) => progress.add(1, bytes) },
          signal,
        )
      : undefined;
  stoppedAt ??= signal.aborted ? progress.stage : undefined;

  progress.begin('Summarize', 0);
  const toCopy = tally.urls.sources - tally.filtered;
  const phases = estimatePhases({
    config,
    documents: toCopy,
    requests: tally.requests,
    sizes,
    reachable: found.any.reachable,
    probe,
    limits: stoppedAt === undefined ? await limitsOf(org, notes) : [],
  });
  return {
    at: Date.now(),
    complete: stoppedAt === undefined,
    stoppedAt,
    accountId: request.accountId,
    ...rankings(temp),
    documents: tally.documents,
    urls: tally.urls,
    filtered: tally.filtered,
    toCopy,
    firstMethods: tally.methods,
    names: { rules: rulesOf(temp), longestKey: tally.longestKey },
    sample: { asked: request.sample, drawn: found.looked.length, seed: request.seed, confidence: 0.95 },
    methods: found.methods,
    reach: found.any,
    everySource: everything?.found,
    storageClasses: classes.result(),
    sizes,
    activity: tally.activity.result(windowHours(phases)),
    liveProbe: probe,
    phases,
    notes: [...notes, ...assumptions(config, { probe, sizes, found })],
    apiCalls: org.requests(),
    seconds: (performance.now() - started) / 1000,
  };
}

/** What every part of an analysis works under. */
type Conditions = {
  readonly config: MigrationConfig;
  readonly progress: AnalysisProgress;
  readonly signal: AbortSignal;
};

async function readDocuments(
  org: Org,
  { accountId }: AnalysisRequest,
  tally: DocumentStatistics,
  { progress, signal }: Conditions,
): Promise<void> {
  progress.begin('Query records', await org.countDocuments(accountId));
  const query = {
    withTraits: true,
    ...(accountId !== undefined && { accountId }),
    onJob: ({ state, records }: { state: string; records: number }) => progress.queryIs(state, records),
  };
  for await (const { documents, position } of org.queryDocuments(query)) {
    for (const document of documents) tally.take(document);
    progress.add(documents.length);
    if (!signal.aborted) continue;
    // nobody will read on
    if (!position.done) await org.endQuery(position).catch(() => undefined);
    return;
  }
}

async function look(
  storage: Storage,
  sample: readonly Candidate[],
  { config, progress, signal }: Conditions,
): Promise<ReachResult> {
  progress.begin('Check sources', sample.length);
  const { methods } = config.source;
  return lookAtSample(storage, sample, { methods, onLooked: () => progress.add(1) }, signal);
}

async function lookEverywhere(
  storage: Storage,
  {
    temp,
    classes,
    tally,
  }: { readonly temp: TempDatabase; readonly classes: StorageClasses; readonly tally: DocumentStatistics },
  { config, progress, signal }: Conditions,
): Promise<{ found: EverySource; sizes: Sizes }> {
  const sizes = new SizeTally();
  progress.begin('Check sources', tally.urls.sources - tally.filtered);
  const found = await lookAtEverySource(
    {
      storage,
      temp,
      keyOf: ({ id, fileName }) =>
        renderKey(config.key, { recordId: id, accountId: undefined, accountName: undefined, fileName, revision: 1 }),
    },
    { sizes, classes },
    (documents) => progress.add(documents),
    signal,
  );
  return { found, sizes: sizes.all() };
}

/** Sizes by the org's field where there is one, else by what the sample told. */
function sampledSizes(
  { looked }: ReachResult,
  tally: DocumentStatistics,
  classes: StorageClasses,
  { org }: MigrationConfig,
): Sizes {
  const sizes = new SizeTally();
  const values = looked.flatMap(({ found }) => {
    const probe = overall([...found.values()]);
    if (probe === undefined) return [];
    if (probe.kind !== 'reachable' && probe.kind !== 'archived') return [0];
    classes.take(probe);
    if (probe.size === undefined) return [];
    sizes.take(probe.size);
    return [probe.size];
  });
  const hasField = org.document.sizeField !== null && tally.sized.documents > 0;
  return hasField ? fieldSizes(tally.sized) : sizes.projected(values, tally.urls.sources - tally.filtered);
}

/** Phase 2 in one sitting if that is a night at most. */
function windowHours({ switch: { seconds } }: PhaseEstimates): number {
  return Math.min(12, Math.max(2, Math.ceil(seconds.likely / 3_600)));
}

async function zoneClock(org: Org, wanted: string | undefined, notes: string[]): Promise<ZoneClock> {
  if (wanted !== undefined) return new ZoneClock(wanted);
  try {
    for await (const row of org.query('SELECT TimeZoneSidKey FROM Organization')) {
      return new ZoneClock(textOf(row.TimeZoneSidKey));
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    notes.push(`The org does not tell its time zone (${error.message}): hours are UTC; --time-zone names another.`);
  }
  return new ZoneClock('UTC');
}

async function limitsOf(org: Org, notes: string[]): Promise<Parameters<typeof estimatePhases>[0]['limits']> {
  const { limits } = await org.facts();
  if (limits.available) return limits.value;
  notes.push(`The org does not tell its limits: ${limits.message}`);
  return [];
}

function emptyReach(): Reach {
  const none = { found: 0, of: 0, share: 0, low: 0, high: 1 };
  return { asked: 0, reachable: none, archived: none, missing: none, denied: none, failed: none, codes: {} };
}
