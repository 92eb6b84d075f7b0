/** Runs a few tasks of one file at once; the first failure ends them all. */
export class UploadQueue {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failed: { readonly error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Starts a task as soon as there is room. Throws the first failure of earlier ones; the task is then not started. */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most && this.#failed === undefined) await Promise.race(this.#running);
    this.#throwFailure();
    const running = task()
      .catch((error: unknown) => {
        this.#failed ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all that run. Throws the first failure. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }
}
