import { atLeast, type EvidenceGrade } from '@file-migration/config';
import type { Pause } from '../run/pause.ts';
import type { Candidate } from '../catalog/journal-port.ts';
import type { NewRun } from '../catalog/port.ts';
import { apiBudget } from './api-budget.ts';
import { canaryCost } from './canary-cost.ts';
import { canaryState, rereadCanary } from './canary.ts';
import { accountBatches, type PageOf } from '../jobs/batches.ts';
import type { Intent, UpdateContext, UpdateTools } from '../jobs/update-context.ts';
import { JobConcurrency } from '../jobs/job-concurrency.ts';
import { JobSize } from '../jobs/job-size.ts';
import { LOCKED } from '../jobs/read-back.ts';
import { canaryWords } from '../ui/switch/summary.ts';
import type { UpdateProgress } from '../jobs/update-progress.ts';
import { updateRun, type RunInfo, type UpdateResult } from '../jobs/update-run.ts';
import { writeWave, type WaveReport, type WaveTools } from '../jobs/write-wave.ts';
import type { LinkOf } from '../checks/link-of.ts';
import type { SwitchSettings } from './switch-settings.ts';
import type { IgnorableGate } from '../checks/gate.ts';
import { chooseWave, type Wave, type WaveRequest } from '../checks/wave.ts';

export type SwitchRequest = {
  readonly wave: WaveRequest;
  readonly linkOf: LinkOf;
  /** Documents whose evidence is weaker keep their URL. */
  readonly minimumEvidence: EvidenceGrade;
  /** Documents whose source and target were not seen equal since keep their URL. Milliseconds since 1970. */
  readonly seenSince: number;
  readonly ignoredGates: readonly IgnorableGate[];
  /** Asked when everything that earlier runs left is settled. @throws when nothing new may be written */
  readonly requireReady?: () => void;
  readonly waitMs: number;
  readonly mode: NewRun['mode'];
};

const pageRows = 500;
/** How many runs back are looked at. */
const lookBack = 50;

/**
 * Phase 2: writes the link on each ready document of the wave, whole accounts at a time, and reads everything back. The
 * very first rows are a canary.
 * @throws Failure of class `stop`: `circuit-open`, `restored-in-org`, `org-insufficient-access…`
 */
export async function switchDocuments(
  tools: UpdateTools,
  request: SwitchRequest,
  settings: SwitchSettings,
  deed: RunInfo,
  progress: UpdateProgress,
  signal: AbortSignal,
): Promise<UpdateResult> {
  const { urlField, keyField, originalUrlField } = settings.names;
  return await updateRun(
    tools,
    {
      operation: 'switch',
      names: settings.names,
      fields: [urlField, keyField, originalUrlField],
      run: { mode: request.mode, scope: { ...scopeOf(request), parallelJobs: settings.parallelJobs }, ...deed },
      waitMs: request.waitMs,
    },
    progress,
    signal,
    async (desk, pause, report) => {
      request.requireReady?.();
      const wave = chooseWave(await tools.catalog.waveAccounts(), request.wave);
      progress.totalIs(wave.documents);
      await writeSwitch(desk, wave, request, settings, pause, report);
    },
  );
}

async function writeSwitch(
  desk: UpdateContext,
  wave: Wave,
  request: SwitchRequest,
  settings: SwitchSettings,
  pause: Pause,
  report: WaveReport,
): Promise<void> {
  const pageOf: PageOf = async (account, after) => {
    const page = await desk.catalog.switchable({ account, after, limit: pageRows });
    return page.map((candidate) => {
      const intent = intentOf(candidate, request);
      if (intent === undefined) desk.progress.notTaken();
      return { cursor: candidate.cursor, intent };
    });
  };
  const size = new JobSize({ most: settings.rowsPerJob, longestMs: settings.batchMs });
  const lanes = new JobConcurrency(settings.parallelJobs);
  if (await metLocksLately(desk)) lanes.oneAtATime();
  const canary = await canaryState(desk.catalog, settings.canaryRows, desk.run);
  let isCanary = canary.kind === 'due';
  const batches = accountBatches(wave.accounts, pageOf, () =>
    isCanary ? Math.min(settings.canaryRows, size.rows) : size.rows,
  );
  const tools = { size, lanes, pause, report };
  switch (canary.kind) {
    case 'passed':
      break;
    case 'written': {
      desk.progress.stageIs('Canary');
      const writtenAt = canary.run.endedAt ?? canary.run.heartbeatAt;
      await rereadCanary(desk, canary.run.id, writtenAt + settings.canaryRereadMs - Date.now());
      break;
    }
    case 'due': {
      desk.progress.stageIs('Canary');
      const rows = await batches.next();
      isCanary = false;
      if (rows.done !== true) await writeCanary(desk, rows.value, wave, settings, tools);
    }
  }
  desk.progress.stageIs('Write');
  await writeWave(desk, batches, settings, tools);
}

/** The very first rows, one job at a time, with what they take of the org's API calls. */
async function writeCanary(
  desk: UpdateContext,
  rows: Intent[],
  wave: Wave,
  settings: SwitchSettings,
  { size, lanes, pause, report }: WaveTools,
): Promise<void> {
  const before = await apiBudget(desk.org);
  const requests = desk.org.requests();
  await writeWave(desk, only(rows), settings, { size, lanes: new JobConcurrency(1), pause, report });
  if (report.locked > 0) lanes.oneAtATime();
  await rereadCanary(desk, desk.run, settings.canaryRereadMs);
  const calls = desk.org.requests() - requests;
  report.canary = canaryCost(
    { rows: rows.length, jobs: report.jobs, calls },
    { rows: Math.max(0, wave.documents - rows.length), rowsPerJob: size.rows },
    { before, after: await apiBudget(desk.org) },
  );
  desk.log.event('canary passed', { ...report.canary });
  desk.progress.noteIs(`canary: ${canaryWords(report.canary)}`);
}

/** Rows that met locks in the last run would meet more of them from several jobs at once. */
async function metLocksLately({ catalog, run: present }: UpdateContext): Promise<boolean> {
  for (const { id, type } of await catalog.runs(lookBack)) {
    if (type !== 'switch' || id === present) continue;
    const rows = await catalog.journalCounts(id);
    if (rows.length > 0) return rows.some(({ code }) => code === LOCKED);
  }
  return false;
}

function intentOf(candidate: Candidate, { linkOf, minimumEvidence, seenSince }: SwitchRequest): Intent | undefined {
  const { document, revision, key, originalUrl, currentUrl, evidence, seenAt } = candidate;
  if (evidence === undefined || evidence === 'E' || !atLeast(evidence, minimumEvidence)) return undefined;
  if (seenAt < seenSince) return undefined;
  return {
    document,
    revision,
    expects: ({ url }) => url === currentUrl,
    after: (now) => {
      // a clone whose original URL did not come along gets that first: the guard knows a clone by it
      if (now.url !== originalUrl && now.originalUrl !== originalUrl) return { ...now, originalUrl };
      return { url: linkOf(document, key), key, originalUrl };
    },
  };
}

async function* only(batch: Intent[]): AsyncGenerator<Intent[]> {
  yield await Promise.resolve(batch);
}

function scopeOf({ wave: { accounts, percent, limit }, ignoredGates }: SwitchRequest): NonNullable<NewRun['scope']> {
  return {
    ...(ignoredGates.length > 0 && { ignoredGates }),
    ...(accounts !== undefined && { accountIds: accounts }),
    ...(percent !== undefined && { percent }),
    ...(limit !== undefined && { limit }),
  };
}
