/** How many jobs may be under way at once: as many as were asked for, and fewer for good once rows have met locks. */
export class JobConcurrency {
  readonly asked: number;
  #open: number;

  constructor(asked: number) {
    this.asked = asked;
    this.#open = asked;
  }

  get open(): number {
    return this.#open;
  }

  /** A job met locks beside others: half as many go on. */
  narrow(): void {
    this.#open = Math.max(1, Math.floor(this.#open / 2));
  }

  /** Locks came when there was one job at a time already: more would only meet more of them. */
  oneAtATime(): void {
    this.#open = 1;
  }
}
