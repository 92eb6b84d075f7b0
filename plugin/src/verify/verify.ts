import { randomUUID } from 'node:crypto';
import { atLeast, type DocumentId, type EvidenceGrade } from '@file-migration/config';
import type { Catalog, CatalogCounts, CatalogDocument, RunCounters, RunId } from '../catalog/port.ts';
import type { VerificationPass, VerificationSettings, VerifiedDocument } from '../catalog/verification-port.ts';
import { Failure } from '../errors/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Comparison } from '../storage/copy/compare-copy.ts';
import type { Storage } from '../storage/storage.ts';
import { Findings, type Finding } from './finding.ts';
import { findOrphans } from './orphans.ts';
import { upperBound } from '../sampling/binomial.ts';
import { isSampled } from '../sampling/sample.ts';
import type { VerifyProgress } from './verify-progress.ts';
import { requiredEvidence, type VerifyRequest } from './verify-request.ts';

export type VerifyTools = { readonly catalog: Catalog; readonly storage: Storage; readonly log: RunLog };

export type VerifySettings = {
  readonly minimumEvidence: EvidenceGrade;
  /** Of the target; where objects without a document are looked for. */
  readonly prefix: string;
  /** CSV file for all findings. */
  readonly outputFile: string | undefined;
};

/** How a verification ended, and what the catalog holds after it. */
export type VerifyResult = {
  readonly runId: RunId;
  readonly mode: 'head' | 'full';
  readonly status: 'completed' | 'completed_with_failures' | 'stopped';
  /** It went on where another one was interrupted. */
  readonly resumed: boolean;
  readonly run: RunCounters;
  readonly findings: Readonly<Partial<Record<Finding['kind'], number>>>;
  readonly firstFindings: readonly Finding[];
  /** Documents whose evidence is stronger than before. */
  readonly raised: number;
  readonly sample?: SampleStatement;
  /** Objects in the target, when it was listed to its end. */
  readonly objects?: number;
  readonly counts: CatalogCounts;
  readonly seconds: number;
};

/** What a sample allows to say about all documents, with 95 % confidence. */
export type SampleStatement = {
  readonly percent: number;
  readonly checked: number;
  readonly bad: number;
  readonly confidence: 0.95;
  /** At most this share of all documents with a copy is bad. */
  readonly badShareAtMost: number;
};

/** Documents compared at once; storage itself lets as many through as each side bears. */
const window = 128;
const pageRows = 500;
const withCopies = ['verified', 'copied', 'switched', 'changed'] as const;

/**
 * Compares copies with their sources, and raises (or takes back) the evidence in the catalog. Nothing but the catalog is
 * written. Goes on where an interrupted pass with the same settings stood.
 * @throws Failure of class `stop` or `pause`; what was found before it is kept
 */
export async function verify(
  tools: VerifyTools,
  request: VerifyRequest,
  settings: VerifySettings,
  deed: { readonly command: string; readonly configSnapshot: unknown },
  progress: VerifyProgress,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { catalog, log } = tools;
  const started = performance.now();
  const required = requiredEvidence(settings.minimumEvidence, request.minimumEvidence);
  const { pass, resumed } = await choosePass(catalog, request, required);
  const { accountId } = request;
  const run = await catalog.startRun({
    type: 'verify',
    mode: resumed ? 'resume' : 'full',
    ...deed,
    ...(accountId !== undefined && { scope: { accountId } }),
  });
  const findings = new Findings(settings.outputFile);
  log.event('run started', { run, mode: pass.mode, sample: pass.sample, resumed });
  try {
    await catalog.beginVerification(run, pass);
    progress.totalIs(await documentsToCheck(catalog, pass));
    const raised = await comparePages(tools, run, pass, { required, findings, progress }, signal);
    const listing = request.orphans && accountId === undefined && !signal.aborted;
    const objects = listing ? await list(tools, settings, findings, progress, signal) : undefined;
    if (!signal.aborted) await catalog.endVerification(run);
    const counters = await countersOf(catalog, run);
    const status = signal.aborted ? 'stopped' : hasFindings(findings) ? 'completed_with_failures' : 'completed';
    await catalog.finishRun(run, { status });
    log.event('run ended', { run, status, ...counters });
    return {
      runId: run,
      mode: pass.mode,
      status,
      resumed,
      run: counters,
      findings: findings.counts,
      firstFindings: findings.first,
      raised,
      ...(pass.sample < 100 && { sample: statement(pass, counters) }),
      ...(objects !== undefined && { objects }),
      counts: await catalog.counts(),
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    const status = error instanceof Failure && error.failureClass === 'pause' ? 'stopped' : 'failed';
    log.failure('run ended', error, { run, status });
    const message = error instanceof Error ? error.message : String(error);
    await catalog.finishRun(run, { status, message }).catch(() => undefined);
    throw error;
  } finally {
    await findings.end();
  }
}

/** An interrupted pass is gone on with when it was asked for with the same settings. */
async function choosePass(
  catalog: Catalog,
  { mode, sample, accountId }: VerifyRequest,
  minimumEvidence: EvidenceGrade,
): Promise<{ pass: VerificationPass; resumed: boolean }> {
  const wanted: VerificationSettings = {
    mode,
    sample,
    minimumEvidence,
    ...(accountId !== undefined && { accountId }),
  };
  const unfinished = await catalog.unfinishedVerification();
  if (unfinished !== undefined && isSame(unfinished, wanted)) return { pass: unfinished, resumed: true };
  return { pass: { ...wanted, seed: randomUUID(), after: undefined }, resumed: false };
}

function isSame(a: VerificationSettings, b: VerificationSettings): boolean {
  return (
    a.mode === b.mode && a.sample === b.sample && a.accountId === b.accountId && a.minimumEvidence === b.minimumEvidence
  );
}

type PassContext = {
  readonly required: EvidenceGrade;
  readonly findings: Findings;
  readonly progress: VerifyProgress;
};

/** Page after page by id; a page's outcomes and the position behind it are committed together. */
async function comparePages(
  tools: VerifyTools,
  run: RunId,
  pass: VerificationPass,
  context: PassContext,
  signal: AbortSignal,
): Promise<number> {
  let raised = 0;
  let after = pass.after;
  while (!signal.aborted) {
    const page = await tools.catalog.documents({
      limit: pageRows,
      states: withCopies,
      ...(after !== undefined && { after }),
      ...(pass.accountId !== undefined && { accountId: pass.accountId }),
    });
    const last = page.at(-1);
    if (last === undefined) return raised;
    const wanted = page.filter((document) => hasCopy(document) && isSampled(document.id, pass.sample, pass.seed));
    const compared = await comparePage(tools, wanted, pass, context, signal);
    raised += compared.raised;
    const complete = compared.outcomes.length === wanted.length;
    const position: DocumentId | undefined = complete ? last.id : compared.outcomes.at(-1)?.id;
    if (position !== undefined) await tools.catalog.recordVerifications(run, compared.outcomes, position);
    after = last.id;
  }
  return raised;
}

/** Compares documents side by side; what is returned are the first of them, without a gap, in their order. */
async function comparePage(
  { storage }: VerifyTools,
  documents: readonly CatalogDocument[],
  pass: VerificationPass,
  { required, findings, progress }: PassContext,
  signal: AbortSignal,
): Promise<{ outcomes: VerifiedDocument[]; raised: number }> {
  const results = new Array<VerifiedDocument | undefined>(documents.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < documents.length && !signal.aborted) {
      const index = next++;
      const document = documents[index];
      if (document === undefined) return;
      try {
        const outcome = outcomeOf(await compareOne(storage, document, pass, signal), required);
        results[index] = { id: document.id, revision: document.revision, outcome };
        progress.compared(outcome, pass.mode === 'full');
      } catch (error) {
        if (!isAborted(signal)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: window }, work));
  const gap = results.findIndex((result) => result === undefined);
  const outcomes = results.slice(0, gap < 0 ? undefined : gap).filter((result) => result !== undefined);
  let raised = 0;
  for (const [index, { outcome }] of outcomes.entries()) {
    const document = documents[index];
    if (document === undefined) continue;
    const finding = findingOf(document, outcome, required);
    if (finding !== undefined) findings.add(finding);
    if (outcome.kind === 'equal' && outcome.evidence < (document.evidence ?? 'F')) raised += 1;
  }
  return { outcomes, raised };
}

function compareOne(
  storage: Storage,
  document: CatalogDocument,
  { mode }: VerificationPass,
  signal: AbortSignal,
): Promise<Comparison> {
  const { id, revision, originalUrl: url, key, name: fileName, externalId } = document;
  if (key === undefined) throw new Error(`Document ${id} has a copy without a key.`);
  const { way, source, target, sha256, evidence } = document;
  return storage.compare(
    { document: id, revision, url, key, fileName, externalId, way, source, target, sha256, evidence },
    mode,
    signal,
  );
}

function outcomeOf(comparison: Comparison, required: EvidenceGrade): VerifiedDocument['outcome'] {
  return comparison.kind === 'equal' ? { ...comparison, verified: atLeast(comparison.evidence, required) } : comparison;
}

function findingOf(
  { id: document, key = '' as NonNullable<CatalogDocument['key']> }: CatalogDocument,
  outcome: VerifiedDocument['outcome'],
  required: EvidenceGrade,
): Finding | undefined {
  switch (outcome.kind) {
    case 'equal':
      return outcome.verified
        ? undefined
        : { kind: 'weak-evidence', document, key, message: `Evidence ${outcome.evidence}; ${required} is asked for.` };
    case 'source-changed':
    case 'target-differs':
    case 'target-missing':
      return { kind: outcome.kind, document, key, message: outcome.message };
    case 'unsettled':
      return { kind: 'unsettled', document, key, message: `${outcome.code}: ${outcome.message}` };
  }
}

async function list(
  tools: VerifyTools,
  { prefix }: VerifySettings,
  findings: Findings,
  progress: VerifyProgress,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return await findOrphans(tools, prefix, findings, progress, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** About how many documents the pass still compares; exact without a sample. */
async function documentsToCheck(catalog: Catalog, { sample, accountId, after }: VerificationPass): Promise<number> {
  if (accountId !== undefined || after !== undefined) return 0;
  const { states } = await catalog.counts();
  const all = withCopies.reduce((sum, state) => sum + states[state], 0);
  return Math.round((all * sample) / 100);
}

function statement(
  { sample }: VerificationPass,
  { processed, failed, skipped, missing, denied, archived }: RunCounters,
): SampleStatement {
  const checked = processed - skipped - missing - denied - archived;
  return {
    percent: sample,
    checked,
    bad: failed,
    confidence: 0.95,
    badShareAtMost: upperBound(failed, checked),
  };
}

function hasCopy({ key, copyState }: CatalogDocument): boolean {
  return key !== undefined && (copyState === 'copied' || copyState === 'verified');
}

/** Asked anew after every await: the compiler would remember the first answer. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function hasFindings({ counts }: Findings): boolean {
  return Object.values(counts).some((found) => found > 0);
}

async function countersOf(catalog: Catalog, run: RunId): Promise<RunCounters> {
  const row = await catalog.run(run);
  if (row === undefined) throw new Error(`The catalog has no run ${run}.`);
  return row.counters;
}
