import type { OperationName } from './operations/index.ts';
import type { Grant } from './policies/authorizer.ts';

/** One answered request, for tests that ask what a client really did. */
export type TrafficEntry = {
  readonly operation: OperationName | 'unsupported';
  readonly bucket: string;
  readonly key: string;
  /** Undefined: the connection was cut or is held without an answer. */
  readonly status: number | undefined;
  readonly accessKeyId: string | undefined;
  /** ARN of the role that asked, if it was one, and what it took to be allowed. */
  readonly role: string | undefined;
  readonly granted: readonly Grant[];
  readonly fault: string | undefined;
};

const maxRecent = 10_000;

/** Counts every request by operation, and remembers the latest 10,000. */
export class Traffic {
  #counts = new Map<TrafficEntry['operation'], number>();
  #recent: TrafficEntry[] = [];

  note(entry: TrafficEntry): void {
    this.#counts.set(entry.operation, this.count(entry.operation) + 1);
    this.#recent.push(entry);
    if (this.#recent.length > maxRecent * 2) this.#recent = this.#recent.slice(-maxRecent);
  }

  count(operation: TrafficEntry['operation']): number {
    return this.#counts.get(operation) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  recent(): readonly TrafficEntry[] {
    return this.#recent.slice(-maxRecent);
  }

  reset(): void {
    this.#counts = new Map();
    this.#recent = [];
  }
}
