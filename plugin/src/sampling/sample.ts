import { createHash } from 'node:crypto';
import type { DocumentId } from '@file-migration/config';

const places = 2 ** 32;

/** Says whether a sample takes a document: the same answer for the same seed, whenever and wherever it is asked. */
export function isSampled(id: DocumentId, percent: number, seed: string): boolean {
  return percent >= 100 || placeOf(id, seed) < (percent / 100) * places;
}

/**
 * A simple random sample of a stream whose length nobody knows, in memory of the sample's size: of all documents, those
 * that a hash of seed and id puts first. What it holds at the end is in random order, too.
 */
export class RandomSample<T> {
  readonly #size: number;
  readonly #seed: string;
  #taken: { readonly place: number; readonly item: T }[] = [];
  #limit = places;

  constructor(size: number, seed: string) {
    this.#size = size;
    this.#seed = seed;
  }

  offer(id: DocumentId, item: () => T): void {
    if (this.#size === 0) return;
    const place = placeOf(id, this.#seed);
    if (place >= this.#limit) return;
    this.#taken.push({ place, item: item() });
    if (this.#taken.length >= 2 * this.#size + 100) this.#cut();
  }

  items(): T[] {
    this.#cut();
    return this.#taken.map(({ item }) => item);
  }

  #cut(): void {
    this.#taken = this.#taken.sort((a, b) => a.place - b.place).slice(0, this.#size);
    if (this.#taken.length === this.#size) this.#limit = this.#taken.at(-1)?.place ?? places;
  }
}

function placeOf(id: DocumentId, seed: string): number {
  return createHash('sha256').update(`${seed}/${id}`).digest().readUInt32BE(0);
}
