const confidence = 0.95;

/** A share found in a sample, and what it says about all: an interval with 95 % confidence. */
export type ShareEstimate = {
  readonly found: number;
  readonly of: number;
  /** 0 to 1, as the two bounds. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
};

/**
 * With 95 % confidence the share of bad documents is at most this, when `bad` of `checked` drawn at random were bad: the
 * one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934).
 */
export function upperBound(bad: number, checked: number): number {
  return clopperPearsonUpper(bad, checked, confidence);
}

/** The two-sided 95 % interval of Clopper and Pearson; nothing is known of an empty sample. */
export function shareEstimate(found: number, of: number): ShareEstimate {
  const each = 1 - (1 - confidence) / 2;
  return {
    found,
    of,
    share: of === 0 ? 0 : found / of,
    low: of === 0 ? 0 : 1 - clopperPearsonUpper(of - found, of, each),
    high: clopperPearsonUpper(found, of, each),
  };
}

function clopperPearsonUpper(hits: number, tries: number, level: number): number {
  if (tries === 0 || hits >= tries) return 1;
  let low = hits / tries;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (atMost(hits, tries, middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/** The chance of at most `k` hits in `n` tries with chance `p` each. */
function atMost(k: number, n: number, p: number): number {
  let term = n * Math.log1p(-p);
  let largest = term;
  const terms = [term];
  for (let hits = 1; hits <= k; hits++) {
    term += Math.log((n - hits + 1) / hits) + Math.log(p) - Math.log1p(-p);
    largest = Math.max(largest, term);
    terms.push(term);
  }
  return Math.exp(largest) * terms.reduce((sum, each) => sum + Math.exp(each - largest), 0);
}
