import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly #recordedGrants = new Set<string>();

  note(entry: TrafficEntry): void {
    this.#counts.set(entry.operation, this.count(entry.operation) + 1);
    this.#recent.push(entry);
    if (entry.granted.length > 0) this.#recordGrants(entry.granted);
    if (this.#recent.length > maxRecent * 2) this.#recent = this.#recent.slice(-maxRecent);
  }

  /** Where a whole test run wants to know what roles needed, each grant is written down once a store. */
  #recordGrants(granted: readonly Grant[]): void {
    const folder = process.env.OBJECT_STORE_GRANTS_DIR;
    if (folder === undefined || folder === '') return;
    for (const { policy, statement, action } of granted) {
      const line = `${policy}\t${statement}\t${action}\n`;
      if (this.#recordedGrants.has(line)) continue;
      this.#recordedGrants.add(line);
      appendFileSync(join(folder, `${process.pid}.tsv`), line);
    }
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
