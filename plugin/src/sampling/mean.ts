/** A mean found in a sample, and what it says about all: an interval with 95 % confidence. */
export type MeanEstimate = { readonly mean: number; readonly low: number; readonly high: number };

const resamples = 1_000;

/**
 * The percentile interval of the bootstrap (Efron, Annals of Statistics 7, 1979): sizes of files are far from normal, and
 * an interval around their mean must not reach below zero. The same values give the same interval.
 * @returns undefined for an empty sample
 */
export function meanEstimate(values: readonly number[]): MeanEstimate | undefined {
  const { length } = values;
  if (length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const random = generator(length);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let nth = 0; nth < length; nth++) sum += values[Math.floor(random() * length)] ?? 0;
    return sum / length;
  }).sort();
  return {
    mean,
    low: means[Math.floor(resamples * 0.025)] ?? mean,
    high: means[Math.ceil(resamples * 0.975) - 1] ?? mean,
  };
}

/** Mulberry32: small, and good enough to draw with. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
