import type { MigrationConfig } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { VerifiedDocument } from '../catalog/verification.ts';
import { seenSince, type CopiesRechecked } from '../checks/copies-check.ts';
import type { Wave } from '../checks/wave.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import { recordedRun } from '../run/recorded-run.ts';
import { compareDocuments, type CommitPage, type Page } from './compare-documents.ts';
import type { VerifyContext } from './verify.ts';
import type { VerifyProgress } from './verify-progress.ts';

export const recheckStages = ['Re-check copies'] as const;

const pageRows = 500;
/** Documents compared before what was found is written down. */
const batchDocuments = 2_000;
const mostExamples = 5;

/**
 * Verifies the documents of a wave that were not seen lately, without reading them, and writes down what it finds: what
 * differs leaves the wave by that, what is equal need not be looked at again, also when this pass is interrupted. Nobody
 * must be sent to an object that has gone or changed.
 * @throws Failure of class `stop` or `pause`, and the signal's reason; what was found before it is kept
 */
export async function recheckCopies(
  context: VerifyContext,
  wave: Wave,
  { settings: config, info, progress, signal }: PhaseOptions<MigrationConfig, VerifyProgress>,
): Promise<CopiesRechecked> {
  const { catalog, storage } = context;
  const began = performance.now();
  const since = seenSince(config);
  const accounts = wave.accounts.map(({ accountId }) => accountId);
  const due = await catalog.countNotSeen(accounts, since);
  const seen: CopiesRechecked = {
    looked: 0,
    differing: 0,
    notCompared: 0,
    targetOnly: 0,
    recent: Math.max(0, wave.documents - due),
    examples: [],
    ms: 0,
  };
  if (due === 0) return seen;
  progress.begins(due, { readsBytes: false });
  const comparer = { storage, mode: 'head', required: config.backup.minimumEvidence, progress } as const;
  await recordedRun(context, { type: 'verify', mode: 'incremental', ...info }, async (run) => {
    const commit: CommitPage<Page> = async (_, compared) => {
      for (const one of compared) count(seen, one);
      await catalog.recordVerifications(run, compared, undefined);
    };
    await compareDocuments(comparer, pages(notSeen(catalog, wave, since)), commit, signal);
    if (signal.aborted) return { status: 'stopped' };
    return { status: seen.differing > 0 ? 'completed_with_failures' : 'completed' };
  });
  signal.throwIfAborted();
  return { ...seen, ms: performance.now() - began };
}

/** Page after page, account after account: batches are full also where accounts are small. */
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

async function* pages(all: AsyncIterable<CatalogDocument>): AsyncGenerator<Page> {
  let documents: CatalogDocument[] = [];
  for await (const document of all) {
    documents.push(document);
    if (documents.length < batchDocuments) continue;
    yield { documents };
    documents = [];
  }
  if (documents.length > 0) yield { documents };
}

function count(seen: CopiesRechecked, { id, outcome }: VerifiedDocument): void {
  seen.looked += 1;
  switch (outcome.kind) {
    case 'equal':
      if (outcome.source === undefined) seen.targetOnly += 1;
      break;
    case 'not-compared':
      seen.notCompared += 1;
      break;
    case 'source-changed':
    case 'target-differs':
    case 'target-missing':
      seen.differing += 1;
      if (seen.examples.length < mostExamples) seen.examples.push(id);
  }
}
