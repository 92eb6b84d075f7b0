import { normalQuantile } from './normal-distribution.ts';
import { MEASURED } from './org-shape.ts';

/** Which account a place belongs to, accounts by falling size: places 0 to size−1 are those of the largest. */
export type AccountSizes = {
  readonly accounts: number;
  /** The rank of the account that holds this place, 0 for the largest. */
  rankOf(place: number): number;
  sizeOf(rank: number): number;
};

/**
 * Shares documents among accounts as measured: 49.3 each on average, most fewer than 50, the top twenty of 26,333 with
 * one to three thousand. A log-normal distribution with sigma 1.18 does that.
 */
export function accountSizes(documents: number): AccountSizes {
  const accounts = Math.max(1, Math.round(documents / MEASURED.documentsPerAccount));
  const starts = new Float64Array(accounts + 1);
  for (const [rank, size] of scaledTo(documents, wantedSizes(accounts)).entries()) {
    starts[rank + 1] = (starts[rank] ?? 0) + size;
  }
  return {
    accounts,
    rankOf: (place) => lastAtMost(starts, place),
    sizeOf: (rank) => (starts[rank + 1] ?? 0) - (starts[rank] ?? 0),
  };
}

const SIGMA = 1.18;

function wantedSizes(accounts: number): Float64Array {
  const mu = Math.log(MEASURED.documentsPerAccount) - SIGMA ** 2 / 2;
  return new Float64Array(accounts).map((_, rank) =>
    Math.exp(mu + SIGMA * normalQuantile(1 - (rank + 0.5) / accounts)),
  );
}

/** Whole sizes that add up to `total`, none above the measured largest, each account with at least one document. */
function scaledTo(total: number, wanted: Float64Array): Float64Array {
  const sizes = new Float64Array(wanted.length);
  let left = total;
  let weightLeft = wanted.reduce((sum, size) => sum + size, 0);
  for (const [rank, weight] of wanted.entries()) {
    const accountsAfter = wanted.length - rank - 1;
    const share = accountsAfter === 0 ? left : Math.round((left * weight) / weightLeft);
    const size = Math.min(MEASURED.largestAccount, left - accountsAfter, Math.max(1, share));
    sizes[rank] = size;
    left -= size;
    weightLeft -= weight;
  }
  return sizes;
}

function lastAtMost(starts: Float64Array, place: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
