import { atLeast, type EvidenceGrade } from '@file-migration/config';
import type { Pause } from '../run/pause.ts';
import type { Candidate } from '../catalog/journal-port.ts';
import type { NewRun } from '../catalog/port.ts';
import { rereadCanary } from './canary.ts';
import { accountBatches, type PageOf } from '../jobs/batches.ts';
import type { Intent, JobDesk, UpdateTools } from '../jobs/job-desk.ts';
import { JobSize } from '../jobs/job-size.ts';
import type { UpdateProgress } from '../jobs/update-progress.ts';
import { updateRun, type UpdateDeed, type UpdateResult } from '../jobs/update-run.ts';
import { emptyReport, writeWave, type WaveReport } from '../jobs/write-wave.ts';
import type { LinkOf } from '../readiness/link-of.ts';
import type { SwitchSettings } from './switch-settings.ts';
import type { IgnorableGate } from '../readiness/gate.ts';
import { chooseWave, type Wave, type WaveRequest } from '../readiness/wave.ts';

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

/**
 * Phase 2: writes the link on each ready document of the wave, whole accounts at a time, and reads everything back. The
 * very first rows are a canary.
 * @throws Failure of class `stop`: `circuit-open`, `restored-in-org`, `org-insufficient-access…`
 */
export async function switchDocuments(
  tools: UpdateTools,
  request: SwitchRequest,
  settings: SwitchSettings,
  deed: UpdateDeed,
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
      run: { mode: request.mode, scope: scopeOf(request), ...deed },
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
  desk: JobDesk,
  wave: Wave,
  request: SwitchRequest,
  settings: SwitchSettings,
  pause: Pause,
  report: WaveReport,
): Promise<void> {
  const pageOf: PageOf = async (account, after) => {
    const page = await desk.catalog.switchable({ account, after, limit: pageRows });
    return page.map((candidate) => ({ cursor: candidate.cursor, intent: intentOf(candidate, request) }));
  };
  const size = new JobSize({ most: settings.rowsPerJob, longestMs: settings.batchMs });
  const first = await isFirst(desk);
  let canary = first;
  const batches = accountBatches(wave.accounts, pageOf, () =>
    canary ? Math.min(settings.canaryRows, size.rows) : size.rows,
  );
  let { parallelJobs } = settings;
  if (first) {
    desk.progress.stageIs('Canary');
    const rows = await batches.next();
    canary = false;
    if (rows.done !== true) {
      const own = emptyReport();
      const one = { ...settings, parallelJobs: 1 };
      await writeWave(desk, only(rows.value), one, { size, pause, report: own });
      addReport(report, own);
      // rows that met locks already when there was one job at a time would only meet more of them
      if (own.retried > 0) parallelJobs = 1;
      await rereadCanary(desk, rows.value, settings.canaryRereadMs);
    }
  }
  desk.progress.stageIs('Write');
  await writeWave(desk, batches, { ...settings, parallelJobs }, { size, pause, report });
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

/** Nothing was ever switched from this catalog. */
async function isFirst({ catalog }: JobDesk): Promise<boolean> {
  const counts = await catalog.journalCounts();
  return !counts.some(
    ({ operation, state }) => operation === 'switch' && (state === 'confirmed' || state === 'superseded'),
  );
}

async function* only(batch: Intent[]): AsyncGenerator<Intent[]> {
  yield await Promise.resolve(batch);
}

function addReport(sum: WaveReport, more: WaveReport): void {
  sum.jobs += more.jobs;
  sum.leftAlone += more.leftAlone;
  sum.absent += more.absent;
  sum.gaveUp += more.gaveUp;
  sum.retried += more.retried;
  sum.windowMs = Math.max(sum.windowMs, more.windowMs);
}

function scopeOf({ wave: { accounts, percent, limit }, ignoredGates }: SwitchRequest): NonNullable<NewRun['scope']> {
  return {
    ...(ignoredGates.length > 0 && { ignoredGates }),
    ...(accounts !== undefined && { accountIds: accounts }),
    ...(percent !== undefined && { percent }),
    ...(limit !== undefined && { limit }),
  };
}
