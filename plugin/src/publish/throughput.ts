import type { ThroughputPoint, ThroughputSeries } from '../catalog/publication.ts';

/** A chart is no finer, and the field that holds it is limited. */
const mostPoints = 240;

/** What a run did in each interval; two neighbors become one when there are too many, so that memory stays flat. */
export class Throughput {
  #intervalMs: number;
  #begunAt: number;
  #before = { documents: 0, bytes: 0 };
  #points: ThroughputPoint[] = [];

  constructor(startedAt: number, intervalMs: number) {
    this.#begunAt = startedAt;
    this.#intervalMs = intervalMs;
  }

  /** Takes the running totals at a moment; call it more often than once an interval. */
  sample(at: number, documents: number, bytes: number): void {
    if (at - this.#begunAt < this.#intervalMs) return;
    const { documents: lastDocuments, bytes: lastBytes } = this.#before;
    this.#points.push([Math.round(this.#begunAt / 1000), documents - lastDocuments, bytes - lastBytes]);
    this.#before = { documents, bytes };
    // the rhythm stays that of the first interval: a late sample does not shift the next ones
    this.#begunAt += this.#intervalMs * Math.floor((at - this.#begunAt) / this.#intervalMs);
    if (this.#points.length > mostPoints) this.#coarsen();
  }

  series(): ThroughputSeries {
    return { intervalSeconds: this.#intervalMs / 1000, points: [...this.#points] };
  }

  #coarsen(): void {
    const coarse: ThroughputPoint[] = [];
    for (let index = 0; index < this.#points.length; index += 2) {
      const [first, second] = this.#points.slice(index, index + 2);
      if (first === undefined) break;
      const [at, documents, bytes] = first;
      if (second === undefined) {
        // an odd last point begins the interval that is under way
        this.#begunAt = at * 1000;
        this.#before = { documents: this.#before.documents - documents, bytes: this.#before.bytes - bytes };
      } else {
        coarse.push([at, documents + second[1], bytes + second[2]]);
      }
    }
    this.#points = coarse;
    this.#intervalMs *= 2;
  }
}
