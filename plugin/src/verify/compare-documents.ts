import type { EvidenceGrade } from '@file-migration/config';
import type { VerifiedDocument } from '../catalog/verification.ts';
import type { Comparison, VerificationOutcome } from '../model/comparison.ts';
import type { CatalogDocument } from '../model/document.ts';
import { concurrently } from '../async/concurrently.ts';
import { abandonAfterDrain } from '../run/drain.ts';
import type { Storage } from '../storage/storage.ts';
import { outcomeOf } from './outcome.ts';

/** Documents compared at once; storage itself lets as many through as each side bears. */
const window = 128;

/** How documents are compared with their copies. */
export type Comparer = {
  readonly storage: Storage;
  readonly mode: 'head' | 'full';
  /** What makes a copy verified. */
  readonly required: EvidenceGrade;
  readonly progress: { compared(outcome: VerificationOutcome): void };
};

/**
 * Compares documents side by side. Once `signal` aborts none is begun, and what is under way may finish: what it finds
 * counts.
 * @param commit writes down what was found, also where this throws: the first of the documents, without a gap, in their
 *   order; all of them unless `signal` aborted
 * @throws Failure of class `stop` or `pause`
 */
export async function compareDocuments(
  { storage, mode, required, progress }: Comparer,
  documents: readonly CatalogDocument[],
  commit: (compared: readonly VerifiedDocument[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const results = new Array<VerifiedDocument | undefined>(documents.length);
  const abandon = new AbortController();
  const unwatch = abandonAfterDrain(signal, abandon);
  try {
    await concurrently(documents.entries(), { atOnce: window, signal }, async ([index, document]) => {
      try {
        const outcome = outcomeOf(await compareOne(storage, document, mode, abandon.signal), required);
        results[index] = { id: document.id, revision: document.revision, outcome };
        progress.compared(outcome);
      } catch (error) {
        if (!abandon.signal.aborted) throw error;
      }
    });
  } finally {
    unwatch();
    const gap = results.findIndex((result) => result === undefined);
    await commit(results.slice(0, gap < 0 ? undefined : gap).filter((result) => result !== undefined));
  }
}

function compareOne(
  storage: Storage,
  document: CatalogDocument,
  mode: Comparer['mode'],
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
