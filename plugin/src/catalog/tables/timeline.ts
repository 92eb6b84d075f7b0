import { type Share, type Timeline, type TimeStep, timeSteps } from '../statistics.ts';

const coarser = { second: 'minute', minute: 'hour', hour: 'day', day: 'day' } as const;

/** More than a chart can show apart, and few enough to keep. */
const mostPoints = 300;

/** Adds up what happened when, in steps as fine as the whole time allows; whatever comes, it stays small. */
export class Times {
  #step: TimeStep = 'second';
  #points = new Map<number, { documents: number; bytes: number }>();
  #first = Infinity;
  #last = -Infinity;

  /** @param at milliseconds since 1970 */
  add(at: number, bytes: number): void {
    this.#first = Math.min(this.#first, at);
    this.#last = Math.max(this.#last, at);
    while (this.#step !== 'day' && this.#last - this.#first > mostPoints * timeSteps[this.#step]) this.#coarsen();
    this.#count(Math.floor(at / timeSteps[this.#step]), 1, bytes);
  }

  result(): Timeline {
    const points = [...this.#points].sort(([a], [b]) => a - b);
    return {
      step: this.#step,
      copies: points.map(([point, share]): Share => ({
        name: nameOf(point * timeSteps[this.#step], this.#step),
        ...share,
      })),
    };
  }

  #coarsen(): void {
    const finer = this.#points;
    const ms = timeSteps[this.#step];
    this.#step = coarser[this.#step];
    this.#points = new Map();
    for (const [point, { documents, bytes }] of finer) {
      this.#count(Math.floor((point * ms) / timeSteps[this.#step]), documents, bytes);
    }
  }

  #count(point: number, documents: number, bytes: number): void {
    const share = this.#points.get(point);
    if (share === undefined) this.#points.set(point, { documents, bytes });
    else {
      share.documents += documents;
      share.bytes += bytes;
    }
  }
}

/** `2026-11-22` for a day, `2026-11-22T14:03Z` for a minute: what a Date can be made of. */
function nameOf(at: number, step: TimeStep): string {
  const iso = new Date(at).toISOString();
  switch (step) {
    case 'day':
      return iso.slice(0, 10);
    case 'hour':
    case 'minute':
      return `${iso.slice(0, 16)}Z`;
    case 'second':
      return `${iso.slice(0, 19)}Z`;
  }
}
