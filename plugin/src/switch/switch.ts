import { atLeast, type EvidenceGrade, type MigrationConfig } from '@file-migration/config';
import type { Candidate, UndoableRow } from '../catalog/journal.ts';
import type { NewRun } from '../catalog/runs.ts';
import { apiBudget } from './api-budget.ts';
import { canaryCost } from './canary-cost.ts';
import { canaryState, rereadCanary, switchedBy } from './canary.ts';
import { accountBatches, type PageOf } from '../jobs/batches.ts';
import type { Intent, UpdateContext, UpdateTools } from '../jobs/update-context.ts';
import { updateDocuments, type UpdateOptions, type UpdateResult } from '../jobs/update-documents.ts';
import type { WaveWriter } from '../jobs/wave-writer.ts';
import { linkOf, type LinkOf } from '../checks/link-of.ts';
import { requireLinksOpen, type WrittenLink } from '../checks/open-links.ts';
import { seenSince } from '../checks/copies-check.ts';
import type { SwitchSettings } from './switch-settings.ts';
import type { IgnorableGate } from '../checks/rule-book.ts';
import { chooseWave, type Wave, type WaveRequest } from '../checks/wave.ts';

export type SwitchRequest = {
  readonly wave: WaveRequest;
  readonly linkOf: LinkOf;
  /** Documents whose evidence is weaker keep their URL. */
  readonly minimumEvidence: EvidenceGrade;
  /** Documents whose source and target were not seen equal since keep their URL. Milliseconds since 1970. */
  readonly seenSince: number;
  readonly ignoredGates: readonly IgnorableGate[];
  /** Asked when nothing is left of earlier runs. @throws when nothing new may be written */
  readonly requireReady?: () => void;
  /** After the canary: opens links as users will. @throws when one does not give its file */
  readonly requireLinksOpen?: (links: readonly WrittenLink[]) => Promise<void>;
  /** How many links of the canary are opened. */
  readonly openedLinks: number;
  readonly waitMs: number;
  readonly mode: NewRun['mode'];
};

const pageRows = 500;
/** A switch by this config; documents count as compared from the moment that this is asked. */
export function switchRequest(
  config: MigrationConfig,
  asked: Pick<SwitchRequest, 'wave' | 'ignoredGates' | 'mode' | 'requireReady'>,
  { bearer, signal }: { readonly bearer: () => string; readonly signal: AbortSignal },
): Omit<SwitchRequest, 'waitMs'> {
  const { minimumEvidence, redirectSample } = config.switch.gates;
  const opens = config.link.style === 's3' || !asked.ignoredGates.includes('redirect');
  return {
    ...asked,
    linkOf: linkOf(config),
    minimumEvidence,
    seenSince: seenSince(config),
    openedLinks: redirectSample,
    ...(opens && { requireLinksOpen: (links) => requireLinksOpen(links, { config, bearer, signal }) }),
  };
}

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
  options: UpdateOptions<SwitchSettings>,
): Promise<UpdateResult> {
  const { settings } = options;
  return await updateDocuments(
    tools,
    {
      operation: 'switch',
      fields: ['urlField', 'keyField', 'originalUrlField'],
      mode: request.mode,
      scope: { ...scopeOf(request), parallelJobs: settings.parallelJobs },
      waitMs: request.waitMs,
      requireReady: request.requireReady,
      write: async (context, writer) => {
        const wave = chooseWave(await context.catalog.waveAccounts(), request.wave);
        context.progress.totalIs(wave.documents);
        await writeSwitch(context, wave, writer, { request, settings });
      },
    },
    options,
  );
}

async function writeSwitch(
  context: UpdateContext,
  wave: Wave,
  writer: WaveWriter,
  { request, settings }: { readonly request: SwitchRequest; readonly settings: SwitchSettings },
): Promise<void> {
  const { catalog, progress } = context;
  const pageOf: PageOf = async (account, after) => {
    const page = await catalog.switchable({ account, after, limit: pageRows });
    return page.map((candidate) => {
      const intent = intentOf(candidate, request);
      if (intent === undefined) progress.notTaken();
      return { cursor: candidate.cursor, intent };
    });
  };
  if (await metLocksLately(context)) writer.concurrency.oneAtATime();
  const canary = await canaryState(catalog, settings.canaryRows, context.run);
  let isCanary = canary.kind === 'due';
  const batches = accountBatches(wave.accounts, pageOf, () =>
    isCanary ? Math.min(settings.canaryRows, writer.size.rows) : writer.size.rows,
  );
  switch (canary.kind) {
    case 'passed':
      break;
    case 'written': {
      progress.stageIs('Canary');
      const writtenAt = canary.run.endedAt ?? canary.run.heartbeatAt;
      const written = await rereadCanary(context, canary.run.id, writtenAt + settings.canaryRereadMs - Date.now());
      await openCanary(context, written, request);
      break;
    }
    case 'due': {
      progress.stageIs('Canary');
      // a batch of which nothing was written shows nothing: the next one is the canary
      for (let shown = false; !shown;) {
        const rows = await batches.next();
        if (rows.done === true) return;
        shown = await writeCanary(context, rows.value, writer, { wave, request, settings });
      }
      isCanary = false;
    }
  }
  progress.stageIs('Write');
  await writer.write(batches);
}

/**
 * The very first rows, in one job at a time, with what they take of the org's API calls.
 * @returns whether a link was written and found again
 */
async function writeCanary(
  context: UpdateContext,
  rows: readonly Intent[],
  writer: WaveWriter,
  {
    wave,
    request,
    settings,
  }: { readonly wave: Wave; readonly request: SwitchRequest; readonly settings: SwitchSettings },
): Promise<boolean> {
  const { org, log, progress } = context;
  const { report } = writer;
  const before = await apiBudget(org);
  const requests = org.requests();
  await writer.writeAlone(rows);
  if (report.locked > 0) writer.concurrency.oneAtATime();
  if ((await switchedBy(context.catalog, context.run)) === 0) return false;
  await openCanary(context, await rereadCanary(context, context.run, settings.canaryRereadMs), request);
  const calls = org.requests() - requests;
  report.canary = canaryCost(
    { rows: rows.length, jobs: report.jobs, calls },
    { rows: Math.max(0, wave.documents - rows.length), rowsPerJob: writer.size.rows },
    { before, after: await apiBudget(org) },
  );
  log.event('canary passed', { ...report.canary });
  progress.noteIs({ kind: 'canary', cost: report.canary });
  return true;
}

/** Opens a sample of the links that the canary has put on records, where the request says how. */
async function openCanary(
  { catalog }: UpdateContext,
  written: readonly UndoableRow[],
  { requireLinksOpen, openedLinks }: Pick<SwitchRequest, 'requireLinksOpen' | 'openedLinks'>,
): Promise<void> {
  if (requireLinksOpen === undefined) return;
  const links: WrittenLink[] = [];
  for (const { document, after } of written.slice(0, openedLinks)) {
    const { target, sha256 } = (await catalog.document(document)) ?? {};
    if (target !== undefined)
      links.push({ document, url: after.url, bytes: target.size, sha256, checksum: target.checksum });
  }
  await requireLinksOpen(links);
}

/** Rows that met locks in the last run would meet more of them from several jobs at once. */
async function metLocksLately({ catalog, run: present }: UpdateContext): Promise<boolean> {
  for (const { id, type } of await catalog.runs(lookBack)) {
    if (type !== 'switch' || id === present) continue;
    const rows = await catalog.journalCounts(id);
    if (rows.length > 0) return rows.some(({ code }) => code === 'org-unable-to-lock-row');
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

function scopeOf({ wave: { accounts, percent, limit }, ignoredGates }: SwitchRequest): NonNullable<NewRun['scope']> {
  return {
    ...(ignoredGates.length > 0 && { ignoredGates }),
    ...(accounts !== undefined && { accountIds: accounts }),
    ...(percent !== undefined && { percent }),
    ...(limit !== undefined && { limit }),
  };
}
