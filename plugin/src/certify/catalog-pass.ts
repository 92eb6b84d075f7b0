import type { DocumentId } from '@file-migration/config';
import type { AccountableDocument, CertificationReader } from '../catalog/certification.ts';
import type { DocumentState } from '../model/document-state.ts';
import { RandomSample } from '../sampling/sample.ts';
import { accountFor, type Accounting, type AccountingRules, type OpenReason } from './accounting.ts';
import type { CertifiedCounts } from './certificate.ts';
import { isStored, type LedgerEntry } from './ledger-entry.ts';

/** What going through every document of the catalog showed. */
export type CatalogPass = {
  readonly counts: CertifiedCounts;
  readonly open: Readonly<Record<OpenReason, number>>;
  /** The first few of each. */
  readonly examples: Readonly<Partial<Record<OpenReason, readonly DocumentId[]>>>;
  readonly notSwitchedByState: Readonly<Partial<Record<DocumentState, number>>>;
  /** Switched documents drawn at random, to be opened. */
  readonly sample: readonly AccountableDocument[];
};

/** A document that is not accounted for. */
export type OpenDocument = {
  readonly document: AccountableDocument;
  readonly reason: OpenReason;
};

const pageRows = 1_000;
const mostExamples = 3;

/** Every document of the catalog with what the ledger says of it, by id. */
export async function* accountedDocuments(
  catalog: CertificationReader,
  rules: AccountingRules,
  signal: AbortSignal,
): AsyncGenerator<{ readonly document: AccountableDocument; readonly accounting: Accounting }> {
  let after: DocumentId | undefined;
  // the next page is read while this one is worked on
  let next = catalog.accountable({ limit: pageRows });
  for (;;) {
    signal.throwIfAborted();
    const page = await next;
    after = page.at(-1)?.id;
    if (page.length === pageRows && after !== undefined) {
      next = catalog.accountable({ after, limit: pageRows });
      // awaited in the next round, unless somebody leaves before
      next.catch(() => undefined);
    }
    for (const document of page) yield { document, accounting: accountFor(document, rules) };
    if (page.length < pageRows) return;
  }
}

/**
 * Goes through the whole catalog once and counts.
 * @param options.onOpen is told every document that is not accounted for
 */
export async function passCatalog(
  catalog: CertificationReader,
  rules: AccountingRules,
  options: {
    readonly sampleSize: number;
    readonly seed: string;
    readonly signal: AbortSignal;
    readonly onOpen?: (open: OpenDocument) => void;
    readonly onRead?: (documents: number) => void;
  },
): Promise<CatalogPass> {
  const counts = new LedgerCounts();
  const open: Record<OpenReason, number> = { 'not-switched': 0, undecided: 0, 'weak-evidence': 0, 'not-verified': 0 };
  const examples: Partial<Record<OpenReason, DocumentId[]>> = {};
  const notSwitchedByState: Partial<Record<DocumentState, number>> = {};
  const sample = new RandomSample<AccountableDocument>(options.sampleSize, options.seed);
  for await (const { document, accounting } of accountedDocuments(catalog, rules, options.signal)) {
    if (document.state === 'switched') sample.offer(document.id, () => document);
    if (accounting.kind === 'accounted') counts.add(accounting.entry);
    else {
      const { reason, state } = accounting;
      counts.addOpen();
      open[reason] += 1;
      if (reason === 'not-switched') notSwitchedByState[state] = (notSwitchedByState[state] ?? 0) + 1;
      const such = (examples[reason] ??= []);
      if (such.length < mostExamples) such.push(document.id);
      options.onOpen?.({ document, reason });
    }
    if (counts.documents % pageRows === 0) options.onRead?.(counts.documents);
  }
  return { counts: counts.counts(), open, examples, notSwitchedByState, sample: sample.items() };
}

/** Adds up a ledger. */
export class LedgerCounts {
  documents = 0;
  #bytes = 0;
  readonly #outcomes = { switched: 0, accepted: 0, empty: 0, deleted: 0 };

  add(entry: LedgerEntry): void {
    this.documents += 1;
    this.#outcomes[entry.outcome] += 1;
    if (isStored(entry)) this.#bytes += entry.size;
  }

  /** A document that the ledger says nothing of. */
  addOpen(): void {
    this.documents += 1;
  }

  counts(): CertifiedCounts {
    return { documents: this.documents, ...this.#outcomes, bytes: this.#bytes };
  }
}
