import type { EvidenceGrade } from '@file-migration/config';
import type { VerifiedDocument } from '../catalog/verification.ts';
import { Failure } from '../model/failure.ts';
import type { Comparison, VerificationOutcome } from '../model/comparison.ts';
import type { CatalogDocument } from '../model/document.ts';
import { concurrently } from '../async/concurrently.ts';
import { Mutex } from '../async/mutex.ts';
import { abandonAfterDrain } from '../run/drain.ts';
import type { Copier } from '../fleet/copier.ts';
import { outcomeOf } from './outcome.ts';

/** How documents are compared with their copies. */
export type Comparer = {
  readonly storage: Pick<Copier, 'compare' | 'load'>;
  readonly mode: 'head' | 'full';
  /** What makes a copy verified. */
  readonly required: EvidenceGrade;
  readonly progress: { compared(outcome: VerificationOutcome): void };
};

/** Documents whose outcomes are committed together. */
export type Page = { readonly documents: readonly CatalogDocument[] };

/** @param compared the first of the page's documents, without a gap, in their order; all of them unless the pass ended */
export type CommitPage<P extends Page> = (page: P, compared: readonly VerifiedDocument[]) => Promise<void>;

/**
 * Compares documents side by side: as many as storage bears, from as many pages as that takes, so that no page waits for
 * the last documents of the one before. Pages are committed in their order, each behind all before it. Once `signal`
 * aborts no document is begun, and what is under way may finish: what it finds counts.
 * @param commit also called where this throws, for what was found before
 * @throws Failure of class `stop` or `pause`
 */
export async function compareDocuments<P extends Page>(
  { storage, mode, required, progress }: Comparer,
  pages: AsyncIterable<P>,
  commit: CommitPage<P>,
  signal: AbortSignal,
): Promise<void> {
  const open = new OpenPages(commit);
  const abandon = new AbortController();
  const unwatch = abandonAfterDrain(signal, abandon);
  const atOnce = (): number => storage.load().documents;
  try {
    await concurrently(placesOf(pages, open), { atOnce, signal }, async ({ page, index, document }) => {
      try {
        const outcome = outcomeOf(await compareOne(storage, document, mode, abandon.signal), required);
        page.found[index] = { id: document.id, revision: document.revision, outcome };
        page.left -= 1;
        progress.compared(outcome);
      } catch (error) {
        const isGivenBack = abandon.signal.aborted || (signal.aborted && !(error instanceof Failure));
        if (!isGivenBack) throw error;
      }
      await open.commitWhole();
    });
  } finally {
    unwatch();
    await open.commitRest();
  }
}

type OpenPage<P> = { readonly page: P; readonly found: (VerifiedDocument | undefined)[]; left: number };

async function* placesOf<P extends Page>(
  pages: AsyncIterable<P>,
  open: OpenPages<P>,
): AsyncGenerator<{ page: OpenPage<P>; index: number; document: CatalogDocument }> {
  for await (const each of pages) {
    const page = open.add(each);
    for (const [index, document] of each.documents.entries()) yield { page, index, document };
  }
}

/** Pages whose documents are being compared, in their order. */
class OpenPages<P extends Page> {
  readonly #commit: CommitPage<P>;
  readonly #pages: OpenPage<P>[] = [];
  readonly #turn = new Mutex();

  constructor(commit: CommitPage<P>) {
    this.#commit = commit;
  }

  add(page: P): OpenPage<P> {
    const { length } = page.documents;
    const open = { page, found: new Array<undefined>(length), left: length };
    this.#pages.push(open);
    return open;
  }

  /** Those whose documents, and all before them, have been compared. */
  commitWhole(): Promise<void> {
    if (this.#pages[0]?.left !== 0) return Promise.resolve();
    return this.#turn.take(async () => {
      for (let [first] = this.#pages; first?.left === 0; [first] = this.#pages) {
        await this.#commit(first.page, withoutGap(first));
        this.#pages.shift();
      }
    });
  }

  /** When nothing more comes: also the first documents of the page that was not finished. */
  async commitRest(): Promise<void> {
    await this.commitWhole();
    const [unfinished] = this.#pages;
    const compared = unfinished === undefined ? [] : withoutGap(unfinished);
    if (unfinished !== undefined && compared.length > 0) await this.#commit(unfinished.page, compared);
  }
}

function withoutGap<P>({ found }: OpenPage<P>): VerifiedDocument[] {
  const gap = found.findIndex((result) => result === undefined);
  return found.slice(0, gap < 0 ? undefined : gap).filter((result) => result !== undefined);
}

function compareOne(
  storage: Comparer['storage'],
  document: CatalogDocument,
  mode: Comparer['mode'],
  signal: AbortSignal,
): Promise<Comparison> {
  const { id, revision, originalUrl: url, key, name: fileName, externalId } = document;
  if (key === undefined) return Promise.resolve(noCopyKnown);
  const { method, source, target, sha256, evidence } = document;
  return storage.compare(
    { document: id, revision, url, key, fileName, externalId, method, source, target, sha256, evidence },
    mode,
    signal,
  );
}

const noCopyKnown: Comparison = {
  kind: 'target-missing',
  message: 'Our link is on the record, and the catalog knows no copy behind it.',
};
