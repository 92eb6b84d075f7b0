import { shareEstimate, type ShareEstimate } from '../sampling/binomial.ts';
import type { SourceProbe } from '../storage/survey/source-probe.ts';

/** Storage classes that stores named for objects that were looked at. */
export type StorageClassShare = {
  readonly storageClass: string;
  /** Readable only after a restore, as things are. */
  readonly archived: boolean;
  readonly share: ShareEstimate;
  readonly bytes: number;
};

/** Counts classes; a method that tells none (a web server) counts nothing. */
export class StorageClasses {
  readonly #found = new Map<string, { storageClass: string; archived: boolean; documents: number; bytes: number }>();

  take({ kind, storageClass, size = 0 }: SourceProbe & { kind: 'reachable' | 'archived' }, documents = 1): void {
    const name = storageClass ?? (kind === 'archived' ? 'archived (class not told)' : undefined);
    if (name === undefined) return;
    const key = `${kind} ${name}`;
    const known = this.#found.get(key) ?? { storageClass: name, archived: kind === 'archived', documents: 0, bytes: 0 };
    known.documents += documents;
    known.bytes += size * documents;
    this.#found.set(key, known);
  }

  result(): StorageClassShare[] {
    const found = [...this.#found.values()].sort((a, b) => b.documents - a.documents);
    const all = found.reduce((sum, { documents }) => sum + documents, 0);
    return found.map(({ documents, ...rest }) => ({ ...rest, share: shareEstimate(documents, all) }));
  }
}
