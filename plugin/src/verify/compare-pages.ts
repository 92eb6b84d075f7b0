import type { DocumentId, EvidenceGrade } from '@file-migration/config';
import type { Catalog, CatalogReader } from '../catalog/port.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { RunId } from '../model/run.ts';
import type { VerificationPass, VerifiedDocument } from '../catalog/verification.ts';
import { isSampled } from '../sampling/sample.ts';
import type { Storage } from '../storage/storage.ts';
import { compareDocuments, type CommitPage } from './compare-documents.ts';
import type { Findings } from './finding.ts';
import { findingOf, isRaised } from './outcome.ts';
import type { VerifyProgress } from './verify-progress.ts';

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
 * Pages by id: read → compare → tell → commit. A page's outcomes and the position behind it are committed together, after
 * those of the pages before it.
 * @returns documents whose evidence was raised
 */
export async function comparePages(comparing: Comparing, run: RunId, signal: AbortSignal): Promise<number> {
  const { catalog, pass } = comparing;
  const comparer = { ...comparing, mode: pass.mode };
  let raised = 0;
  const commit: CommitPage<Page> = async ({ documents, last }, compared) => {
    raised += tell(comparing, documents, compared);
    const isWhole = compared.length === documents.length;
    const position = isWhole ? last : compared.at(-1)?.id;
    if (position !== undefined) await catalog.recordVerifications(run, compared, position);
  };
  await compareDocuments(comparer, pages(catalog, pass, signal), commit, signal);
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

function isPromised({ state, copyState }: CatalogDocument): boolean {
  return state === 'broken' || copyState === 'copied' || copyState === 'verified';
}
