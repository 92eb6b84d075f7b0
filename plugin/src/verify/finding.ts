import type { WriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { DocumentId } from '@file-migration/config';
import { csvLine } from '../format/csv.ts';

/** What verifying found wrong, or could not compare. */
export type Finding = {
  readonly kind:
    'source-changed' | 'target-differs' | 'target-missing' | 'not-compared' | 'weak-evidence' | 'orphan-object';
  /** Undefined for an object that belongs to none. */
  readonly document: DocumentId | undefined;
  readonly key: string;
  readonly message: string;
};

/** Takes findings as they come: keeps the first few, counts all, and writes all of them into a file if there is one. */
export class Findings {
  readonly first: Finding[] = [];
  readonly counts: Partial<Record<Finding['kind'], number>> = {};
  readonly #csv: WriteStream | undefined;
  readonly #written: Promise<void> | undefined;

  private constructor(file: FileHandle | undefined, { header }: { header: boolean }) {
    if (file === undefined) return;
    this.#csv = file.createWriteStream();
    if (header) this.#csv.write(csvLine(['kind', 'document_id', 'key', 'message']));
    this.#written = finished(this.#csv);
    // thrown by `end`
    this.#written.catch(() => undefined);
  }

  /**
   * Opens the file at once: one that cannot be written is no news for the end of a long run.
   * @param file CSV; formulas in it are neutralized
   * @param options.goOn whether an interrupted pass goes on, whose findings stand in the file already
   */
  static async open(file: string | undefined, { goOn }: { goOn: boolean }): Promise<Findings> {
    if (file === undefined) return new Findings(undefined, { header: false });
    const opened = await open(file, goOn ? 'a' : 'w');
    return new Findings(opened, { header: (await opened.stat()).size === 0 });
  }

  add(finding: Finding): void {
    this.counts[finding.kind] = (this.counts[finding.kind] ?? 0) + 1;
    if (this.first.length < shown) this.first.push(finding);
    const { kind, document = '', key, message } = finding;
    this.#csv?.write(csvLine([kind, document, key, message]));
  }

  async end(): Promise<void> {
    this.#csv?.end();
    await this.#written;
  }
}

const shown = 20;
