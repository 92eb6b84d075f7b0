import { meanEstimate, type MeanEstimate } from '../sampling/mean.ts';

/** How much there is to copy, and where the figure comes from. */
export type Sizes = {
  /**
   * `field`: the org's own size field; `all`: HEAD of every source; `sample`: HEAD of a random sample, projected with a
   * 95 % confidence interval; `none`: nobody was asked.
   */
  readonly basis: 'field' | 'all' | 'sample' | 'none';
  /** Documents whose size is known. */
  readonly known: number;
  /** Of the known sizes; bytes. */
  readonly mean: number | undefined;
  readonly largest: number | undefined;
  /** Of all documents to copy; bytes. Files that nobody can read count nothing. */
  readonly total: (MeanEstimate & { readonly exact: boolean }) | undefined;
  /** Known sizes by class; empty when the org's field is the source. */
  readonly classes: readonly { readonly below: number | null; readonly documents: number; readonly bytes: number }[];
};

const limits = [100e3, 1e6, 10e6, 100e6, 1e9, null] as const;

/** Adds up sizes as they become known. */
export class SizeTally {
  known = 0;
  bytes = 0;
  largest = 0;
  readonly #classes = limits.map((below) => ({ below, documents: 0, bytes: 0 }));

  take(size: number, documents = 1): void {
    this.known += documents;
    this.bytes += size * documents;
    this.largest = Math.max(this.largest, size);
    const step = this.#classes.find(({ below }) => below === null || size < below);
    if (step === undefined) return;
    step.documents += documents;
    step.bytes += size * documents;
  }

  /** Every source was asked. */
  all(): Sizes {
    const { known, bytes: mean } = this;
    return this.#sizes('all', known === 0 ? undefined : { mean, low: mean, high: mean, exact: true });
  }

  /**
   * @param sizes of the sampled documents; 0 for one that cannot be read
   * @param documents to copy, of which the sample was drawn
   */
  projected(sizes: readonly number[], documents: number): Sizes {
    const mean = meanEstimate(sizes);
    if (mean === undefined) return this.#sizes('none', undefined);
    return this.#sizes('sample', {
      mean: mean.mean * documents,
      low: mean.low * documents,
      high: mean.high * documents,
      exact: sizes.length === documents,
    });
  }

  #sizes(basis: Sizes['basis'], total: Sizes['total']): Sizes {
    const { known, bytes, largest } = this;
    return {
      basis,
      known,
      mean: known === 0 ? undefined : bytes / known,
      largest: known === 0 ? undefined : largest,
      total,
      classes: this.#classes,
    };
  }
}

/** What the org's own field says. */
export function fieldSizes({
  documents,
  bytes,
  largest,
}: {
  documents: number;
  bytes: number;
  largest: number;
}): Sizes {
  const known = documents > 0;
  return {
    basis: 'field',
    known: documents,
    mean: known ? bytes / documents : undefined,
    largest: known ? largest : undefined,
    total: known ? { mean: bytes, low: bytes, high: bytes, exact: true } : undefined,
    classes: [],
  };
}
