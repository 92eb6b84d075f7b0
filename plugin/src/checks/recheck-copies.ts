import { atLeast, type DocumentId, type MigrationConfig } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { RunId } from '../model/run.ts';
import type { VerifiedDocument } from '../catalog/verification.ts';
import { Failure } from '../model/failure.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import type { Progress } from '../run/progress.ts';
import type { Storage } from '../storage/storage.ts';
import type { Wave } from './wave.ts';

/** What looking at the copies of a wave showed. */
export type CopiesRechecked = {
  /** Documents whose source and target were looked at now. */
  looked: number;
  /** Source or target is not as the catalog has it. */
  differing: number;
  /** Could not be looked at. */
  unsettled: number;
  /** The source offers no HEAD. */
  targetOnly: number;
  /** Seen equal lately: not looked at again. */
  recent: number;
  /** The first that differ. */
  readonly examples: DocumentId[];
  ms: number;
};

export const recheckStages = ['Re-check copies'] as const;

/** Documents looked at at once, two requests each; storage itself lets as many through as each side bears. */
const window = 128;
const pageRows = 500;
const mostExamples = 5;
const hourMs = 3_600_000;

/** From when on a look at a copy counts, milliseconds since 1970. */
export function seenSince({ switch: { gates } }: MigrationConfig, now = Date.now()): number {
  return now - gates.headMaximumAgeHours * hourMs;
}

/** Counts what looking at the copies does while it does it. */
export class RecheckProgress {
  #total = 0;
  #seen: CopiesRechecked | undefined;

  begins(total: number, seen: CopiesRechecked): void {
    this.#total = total;
    this.#seen = seen;
  }

  now(): Progress {
    const { looked = 0, differing = 0, unsettled = 0 } = this.#seen ?? {};
    return {
      stage: recheckStages[0],
      done: looked,
      total: Math.max(this.#total, looked),
      totalIsFinal: true,
      bytes: undefined,
      attention: differing + unsettled,
      notes: [],
    };
  }
}

/**
 * Looks at source and target of every document of a wave that was not seen lately, and writes down what it finds: what
 * differs leaves the wave by that, what is equal need not be looked at again, also when this pass is interrupted. Nobody
 * must be sent to an object that has gone or changed.
 * @throws Failure of class `stop` or `pause`; what was found before it is kept
 */
export async function recheckCopies(
  { catalog, storage }: { readonly catalog: Catalog; readonly storage: Storage },
  wave: Wave,
  { settings: config, info, progress, signal }: PhaseOptions<MigrationConfig, RecheckProgress>,
): Promise<CopiesRechecked> {
  const began = performance.now();
  const since = seenSince(config);
  const accounts = wave.accounts.map(({ accountId }) => accountId);
  const due = await catalog.countNotSeen(accounts, since);
  const seen: CopiesRechecked = { ...nothingSeen(), recent: Math.max(0, wave.documents - due) };
  progress.begins(due, seen);
  if (due === 0) return seen;
  const run = await catalog.startRun({ type: 'verify', mode: 'incremental', ...info });
  const documents = notSeen(catalog, wave, since);
  const found: VerifiedDocument[] = [];
  let ended = false;
  const look = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      if (ended) return;
      const next = await documents.next();
      if (next.done === true) return;
      const outcome = await outcomeOf(storage, next.value, config, signal);
      tally(seen, next.value.id, outcome);
      found.push({ id: next.value.id, revision: next.value.revision, outcome });
      if (found.length >= pageRows) await catalog.recordVerifications(run, found.splice(0), undefined);
    }
  };
  const workers = Array.from({ length: window }, () => look().finally(() => (ended = true)));
  // all come to their end before the first error is told: nothing is written down after the run has ended
  const broken = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
  if (broken !== undefined) {
    await end(catalog, run, found, isStop(broken.reason, signal) ? 'stopped' : 'failed');
    throw broken.reason;
  }
  await end(catalog, run, found, seen.differing > 0 ? 'completed_with_failures' : 'completed');
  seen.ms = performance.now() - began;
  return seen;
}

export function nothingSeen(): CopiesRechecked {
  return { looked: 0, differing: 0, unsettled: 0, targetOnly: 0, recent: 0, examples: [], ms: 0 };
}

/** Page after page, account after account: the window is full also where accounts are small. */
async function* notSeen(catalog: Catalog, { accounts }: Wave, since: number): AsyncGenerator<CatalogDocument> {
  for (const { accountId: account } of accounts) {
    let after = 0;
    for (;;) {
      const page = await catalog.notSeenSince({ account, since, after, limit: pageRows });
      for (const { document } of page) yield document;
      after = page.at(-1)?.cursor ?? after;
      if (page.length < pageRows) break;
    }
  }
}

async function outcomeOf(
  storage: Storage,
  document: CatalogDocument,
  config: MigrationConfig,
  signal: AbortSignal,
): Promise<VerifiedDocument['outcome']> {
  const { id, revision, originalUrl: url, key, name: fileName, externalId } = document;
  if (key === undefined) throw new Error(`Document ${id} is verified without a key.`);
  const { way, source, target, sha256, evidence } = document;
  const copy = { document: id, revision, url, key, fileName, externalId, way, source, target, sha256, evidence };
  const comparison = await storage.compare(copy, 'head', signal);
  if (comparison.kind !== 'equal') return comparison;
  return { ...comparison, verified: atLeast(comparison.evidence, config.backup.minimumEvidence) };
}

function tally(seen: CopiesRechecked, id: DocumentId, outcome: VerifiedDocument['outcome']): void {
  seen.looked += 1;
  switch (outcome.kind) {
    case 'equal':
      if (outcome.source === undefined) seen.targetOnly += 1;
      break;
    case 'unsettled':
      seen.unsettled += 1;
      break;
    case 'source-changed':
    case 'target-differs':
    case 'target-missing':
      seen.differing += 1;
      if (seen.examples.length < mostExamples) seen.examples.push(id);
  }
}

async function end(
  catalog: Catalog,
  run: RunId,
  found: readonly VerifiedDocument[],
  status: 'completed' | 'completed_with_failures' | 'stopped' | 'failed',
): Promise<void> {
  if (found.length > 0) await catalog.recordVerifications(run, found, undefined);
  await catalog.finishRun(run, { status });
}

function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof Failure && error.failureClass === 'pause');
}
