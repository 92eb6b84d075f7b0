import { createHash } from 'node:crypto';
import type { DocumentId } from '@file-migration/config';

const confidence = 0.95;
const buckets = 2 ** 32;

/** Says whether a sample takes a document: the same answer for the same seed, whenever and wherever it is asked. */
export function isSampled(id: DocumentId, percent: number, seed: string): boolean {
  if (percent >= 100) return true;
  const place = createHash('sha256').update(`${seed}/${id}`).digest().readUInt32BE(0);
  return place < (percent / 100) * buckets;
}

/**
 * With 95 % confidence the share of bad documents is at most this, when `bad` of `checked` drawn at random were bad: the
 * one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934).
 */
export function upperBound(bad: number, checked: number): number {
  if (checked === 0 || bad >= checked) return 1;
  let low = bad / checked;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (atMost(bad, checked, middle) > 1 - confidence) low = middle;
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
