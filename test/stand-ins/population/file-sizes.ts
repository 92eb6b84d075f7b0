import { createDraw } from './draw.ts';
import { normalQuantile, normalShare } from './normal-distribution.ts';
import { MEASURED } from './org-shape.ts';
import type { Sizes } from './records.ts';

/** The size in bytes that the file of this place should have. */
export type FileSizes = { wanted(place: number): number; large(place: number): number };

/** How far file sizes spread: half of all files have less than a third of the mean. */
const SIGMA = 1.6;
/** Nobody measured the largest file; a quarter of a gibibyte is what a vendor's upload form takes. */
const LARGEST = 256 * 2 ** 20;

/** @throws RangeError when the sizes asked for make no sense */
export function fileSizes(seed: number, sizes: Sizes): FileSizes {
  const { meanBytes, maxBytes } = limits(sizes);
  if (!(meanBytes >= 1 && maxBytes >= meanBytes)) {
    throw new RangeError(`File sizes need 1 ≤ meanBytes ≤ maxBytes, not ${meanBytes} and ${maxBytes}.`);
  }
  if (meanBytes === maxBytes) return { wanted: () => meanBytes, large: () => meanBytes };
  const draw = createDraw(seed, 'size');
  const mu = muFor(meanBytes, maxBytes);
  return {
    wanted: (place) => Math.round(Math.min(maxBytes, Math.exp(mu + SIGMA * quantile(draw(place))))),
    large: (place) => Math.round(maxBytes * (0.6 + 0.4 * draw(place))),
  };
}

function limits(sizes: Sizes): { meanBytes: number; maxBytes: number } {
  if (sizes === 'measured') return { meanBytes: MEASURED.meanBytes, maxBytes: LARGEST };
  if (typeof sizes === 'number') return { meanBytes: sizes, maxBytes: sizes };
  return sizes;
}

/** The mu with which a log-normal distribution cut off at the maximum has this mean. */
function muFor(mean: number, max: number): number {
  let low = Math.log(mean) - 10;
  let high = Math.log(max) + 10;
  for (let step = 0; step < 60; step++) {
    const mu = (low + high) / 2;
    const below = Math.exp(mu + SIGMA ** 2 / 2) * normalShare((Math.log(max) - mu - SIGMA ** 2) / SIGMA);
    const cut = max * (1 - normalShare((Math.log(max) - mu) / SIGMA));
    if (below + cut < mean) low = mu;
    else high = mu;
  }
  return (low + high) / 2;
}

/** normalQuantile at so many points, and straight lines between them: fast, for sizes of millions of files. */
const POINTS = 4096;
const QUANTILES = Float64Array.from({ length: POINTS }, (_, at) => normalQuantile((at + 0.5) / POINTS));

function quantile(share: number): number {
  const at = share * (POINTS - 1);
  const below = QUANTILES[Math.floor(at)] ?? 0;
  const above = QUANTILES[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at % 1);
}
