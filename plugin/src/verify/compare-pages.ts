import type { DocumentId, EvidenceGrade } from '@file-migration/config';
import type { Catalog, CatalogReader } from '../catalog/port.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { RunId } from '../model/run.ts';
import type { VerificationPass, VerifiedDocument } from '../catalog/verification.ts';
import { concurrently } from '../run/concurrently.ts';
import { abandonAfterDrain } from '../run/drain.ts';
import { isSampled } from '../sampling/sample.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Storage } from '../storage/storage.ts';
import type { Findings } from './finding.ts';
import { findingOf, isRaised, outcomeOf } from './outcome.ts';
import type { VerifyProgress } from './verify-progress.ts';

/** Documents compared at once; storage itself lets as many through as each side bears. */
const window = 128;
const pageRows = 500;
/** Every document that has a copy, or on whose record our link promises one. */
const looked = ['verified', 'copied', 'switched', 'changed', 'broken'] as const;

export type Comparing = {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly pass: VerificationPass;
  readonly required: EvidenceGrade;
  readonly findings: Findings;
  readonly progress: VerifyProgress;
};

/** Documents of one page that the pass takes, and the last one that the page held. */
type Page = { readonly documents: readonly CatalogDocument[]; readonly last: DocumentId };

/**
 * Page after page by id: read → compare → tell → commit. A page's outcomes and the position behind it are committed
 * together.
 * @returns documents whose evidence was raised
 */
export async function comparePages(comparing: Comparing, run: RunId, signal: AbortSignal): Promise<number> {
  const { catalog, pass } = comparing;
  let raised = 0;
  for await (const { documents, last } of pages(catalog, pass, signal)) {
    const compared = await comparePage(comparing, documents, signal);
    raised += tell(comparing, documents, compared);
    const isWhole = compared.length === documents.length;
    const position = isWhole ? last : compared.at(-1)?.id;
    if (position !== undefined) await catalog.recordVerifications(run, compared, position);
  }
  return raised;
}

/** How many documents a pass still compares; exact without a sample. */
export async function documentsToCheck(catalog: CatalogReader, pass: VerificationPass): Promise<number> {
  return Math.round(((await catalog.copiesAhead(pass)) * pass.sample) / 100);
}

async function* pages(catalog: CatalogReader, pass: VerificationPass, signal: AbortSignal): AsyncGenerator<Page> {
  let { after } = pass;
  while (!signal.aborted) {
    const page = await catalog.documents({
      limit: pageRows,
      states: looked,
      ...(after !== undefined && { after }),
      ...(pass.accountId !== undefined && { accountId: pass.accountId }),
    });
    const last = page.at(-1);
    if (last === undefined) return;
    const documents = page.filter((document) => isPromised(document) && isSampled(document.id, pass.sample, pass.seed));
    yield { documents, last: last.id };
    after = last.id;
  }
}

/** Compares documents side by side; what is returned are the first of them, without a gap, in their order. */
async function comparePage(
  { storage, pass, required, progress }: Comparing,
  documents: readonly CatalogDocument[],
  signal: AbortSignal,
): Promise<VerifiedDocument[]> {
  const results = new Array<VerifiedDocument | undefined>(documents.length);
  // what is under way when the pass stops may finish: what it finds counts
  const abandon = new AbortController();
  const unwatch = abandonAfterDrain(signal, abandon);
  await concurrently(documents.entries(), { atOnce: window, signal }, async ([index, document]) => {
    try {
      const outcome = outcomeOf(await compareOne(storage, document, pass, abandon.signal), required);
      results[index] = { id: document.id, revision: document.revision, outcome };
      progress.compared(outcome);
    } catch (error) {
      if (!abandon.signal.aborted) throw error;
    }
  }).finally(unwatch);
  const gap = results.findIndex((result) => result === undefined);
  return results.slice(0, gap < 0 ? undefined : gap).filter((result) => result !== undefined);
}

/** Adds what a person is to know to the findings; returns how many documents have stronger evidence than before. */
function tell(
  { findings, required }: Comparing,
  documents: readonly CatalogDocument[],
  compared: readonly VerifiedDocument[],
): number {
  let raised = 0;
  for (const [index, { outcome }] of compared.entries()) {
    const document = documents[index];
    if (document === undefined) continue;
    const finding = findingOf(document, outcome, required);
    if (finding !== undefined) findings.add(finding);
    if (isRaised(document, outcome)) raised += 1;
  }
  return raised;
}

function compareOne(
  storage: Storage,
  document: CatalogDocument,
  { mode }: VerificationPass,
  signal: AbortSignal,
): Promise<Comparison> {
  const { id, revision, originalUrl: url, key, name: fileName, externalId } = document;
  if (key === undefined) return Promise.resolve(noCopyKnown);
  const { way, source, target, sha256, evidence } = document;
  return storage.compare(
    { document: id, revision, url, key, fileName, externalId, way, source, target, sha256, evidence },
    mode,
    signal,
  );
}

const noCopyKnown: Comparison = {
  kind: 'target-missing',
  message: 'Our link is on the record, and the catalog knows no copy behind it.',
};

function isPromised({ state, copyState }: CatalogDocument): boolean {
  return state === 'broken' || copyState === 'copied' || copyState === 'verified';
}
