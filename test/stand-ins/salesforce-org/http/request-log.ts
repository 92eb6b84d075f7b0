export type LoggedRequest = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The route's name, or `unknown`. */
  readonly operation: string;
  readonly username: string | undefined;
  readonly status: number;
};

const KEPT = 2_000;

/** What was asked of the org: counts for ever, the newest requests in full. */
export class RequestLog {
  readonly counts = new Map<string, number>();
  readonly newest: LoggedRequest[] = [];
  /** What nobody implemented: a test that ends with something here tested less than it thinks. */
  readonly unknown: string[] = [];

  add(request: LoggedRequest): void {
    this.counts.set(request.operation, this.count(request.operation) + 1);
    this.newest.push(request);
    if (this.newest.length > KEPT) this.newest.splice(0, this.newest.length - KEPT);
  }

  count(operation: string): number {
    return this.counts.get(operation) ?? 0;
  }

  total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  clear(): void {
    this.counts.clear();
    this.newest.length = 0;
    this.unknown.length = 0;
  }
}
