import type { EvidenceGrade } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import { countersOf, recordedRun } from '../run/recorded-run.ts';
import type { Storage } from '../storage/storage.ts';
import { choosePass } from './choose-pass.ts';
import { comparePages, documentsToCheck, type Comparing } from './compare-pages.ts';
import { Findings } from './finding.ts';
import { findOrphans } from './orphans.ts';
import { sampleStatement } from './sample-statement.ts';
import type { VerifyProgress } from './verify-progress.ts';
import { requiredEvidence, type VerifyRequest } from './verify-request.ts';
import type { VerifyResult } from './verify-result.ts';

export type VerifyContext = { readonly catalog: Catalog; readonly storage: Storage; readonly log: RunLog };

export type VerifySettings = {
  readonly minimumEvidence: EvidenceGrade;
  /** Of the target; where objects without a document are looked for. */
  readonly prefix: string;
  /** CSV file for all findings. */
  readonly outputFile: string | undefined;
};

/**
 * Compares copies with their sources, and raises (or takes back) the evidence in the catalog. Nothing but the catalog is
 * written. Goes on where an interrupted pass with the same settings stood.
 * @throws Failure of class `stop` or `pause`; what was found before it is kept
 */
export async function verify(
  context: VerifyContext,
  request: VerifyRequest,
  { settings, info, progress, signal }: PhaseOptions<VerifySettings, VerifyProgress>,
): Promise<VerifyResult> {
  const { catalog, log } = context;
  const started = performance.now();
  const required = requiredEvidence(settings.minimumEvidence, request.minimumEvidence);
  const { pass, resumed } = await choosePass(catalog, request, required);
  const { accountId } = request;
  const findings = await Findings.open(settings.outputFile, { goOn: resumed });
  const scope = accountId === undefined ? {} : { scope: { accountId } };
  const start = { type: 'verify', mode: resumed ? 'resume' : 'full', ...info, ...scope } as const;
  try {
    return await recordedRun(context, start, async (run) => {
      log.event('pass begun', { run, mode: pass.mode, sample: pass.sample, resumed });
      await catalog.beginVerification(run, pass);
      progress.begins(await documentsToCheck(catalog, pass), { readsBytes: pass.mode === 'full' });
      const comparing = { ...context, pass, required, findings, progress };
      const raised = await comparePages(comparing, run, signal);
      const listing = request.orphans && accountId === undefined && !signal.aborted;
      const objects = listing ? await listOrphans(comparing, settings.prefix, signal) : undefined;
      if (!signal.aborted) await catalog.endVerification(run);
      return {
        runId: run,
        mode: pass.mode,
        status: signal.aborted ? 'stopped' : hasFindings(findings) ? 'completed_with_failures' : 'completed',
        resumed,
        run: await countersOf(catalog, run),
        findings: findings.counts,
        firstFindings: findings.first,
        raised,
        ...(pass.sample < 100 && { sample: sampleStatement(pass.sample, await catalog.passResults(pass.seed)) }),
        ...(objects !== undefined && { objects }),
        counts: await catalog.counts(),
        seconds: (performance.now() - started) / 1000,
      };
    });
  } finally {
    await findings.end();
  }
}

async function listOrphans(comparing: Comparing, prefix: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    return await findOrphans(comparing, prefix, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function hasFindings({ counts }: Findings): boolean {
  return Object.values(counts).some((found) => found > 0);
}
