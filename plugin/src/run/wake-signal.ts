/** Lets one loop sleep until there is something to do, at most for a while. A notification is kept until somebody waits. */
export class WakeSignal {
  #isNotified = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#isNotified = true;
    this.#wake?.();
  }

  /** Forgets earlier notifications: whoever calls is about to look anyway. */
  reset(): void {
    this.#isNotified = false;
  }

  /** Returns at the next notification since `reset`, or after so many milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#isNotified) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
