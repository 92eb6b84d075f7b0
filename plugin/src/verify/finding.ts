import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { DocumentId } from '@file-migration/config';
import { safeCell } from '../text/csv-cell.ts';

/** What verifying found wrong, or could not settle. */
export type Finding = {
  readonly kind:
    'source-changed' | 'target-differs' | 'target-missing' | 'unsettled' | 'weak-evidence' | 'orphan-object';
  /** Undefined for an object that belongs to none. */
  readonly document: DocumentId | undefined;
  readonly key: string;
  readonly message: string;
};

/** Takes findings as they come: keeps the first few, counts all, and writes all of them into a file if there is one. */
export class Findings {
  readonly first: Finding[] = [];
  readonly counts: Partial<Record<Finding['kind'], number>> = {};
  readonly #csv: ReturnType<typeof stringify> | undefined;
  readonly #written: Promise<void> | undefined;

  /** @param file CSV, written anew; formulas in it are neutralised */
  constructor(file: string | undefined) {
    if (file === undefined) return;
    this.#csv = stringify({ header: true, columns: ['kind', 'document_id', 'key', 'message'] });
    this.#written = finished(this.#csv.pipe(createWriteStream(file)));
    // thrown by `end`
    this.#written.catch(() => undefined);
  }

  add(finding: Finding): void {
    this.counts[finding.kind] = (this.counts[finding.kind] ?? 0) + 1;
    if (this.first.length < shown) this.first.push(finding);
    const { kind, document = '', key, message } = finding;
    this.#csv?.write([kind, document, key, message].map(safeCell));
  }

  async end(): Promise<void> {
    this.#csv?.end();
    await this.#written;
  }
}

const shown = 20;
