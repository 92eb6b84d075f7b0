/** Lets one loop sleep until there is something to do, at most for a while. A ring is remembered until it is heard. */
export class WakeSignal {
  #rung = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Forgets earlier rings: whoever calls is about to look anyway. */
  reset(): void {
    this.#rung = false;
  }

  /** Returns at the next ring since `reset`, or after so many milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#rung) return;
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
