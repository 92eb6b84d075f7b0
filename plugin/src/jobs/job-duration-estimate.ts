/** How long Salesforce works on a row, from the jobs so far: whoever waits for a job need not ask all the time. */
export class JobDurationEstimate {
  #msPerRow: number | undefined;

  /** How long a job of so many rows will take, milliseconds; undefined before the first. */
  expectedMs(rows: number): number | undefined {
    return this.#msPerRow === undefined ? undefined : this.#msPerRow * rows;
  }

  /** The newest jobs count most. */
  learn(rows: number, tookMs: number): void {
    if (rows === 0) return;
    const now = tookMs / rows;
    this.#msPerRow = this.#msPerRow === undefined ? now : (this.#msPerRow + now) / 2;
  }
}
