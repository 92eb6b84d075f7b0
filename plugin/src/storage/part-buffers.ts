import type { ByteBudget } from './byte-budget.ts';

/** Buffers for the parts of large files, used again and again; each counts against the memory budget while in use. */
export class PartBuffers {
  readonly #budget: ByteBudget;
  readonly #free = new Map<number, Buffer[]>();

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  async take(bytes: number, signal: AbortSignal): Promise<Buffer> {
    await this.#budget.acquire(bytes, signal);
    return this.#free.get(bytes)?.pop() ?? Buffer.allocUnsafeSlow(bytes);
  }

  giveBack(buffer: Buffer): void {
    const free = this.#free.get(buffer.length);
    if (free !== undefined) free.push(buffer);
    // Files of another part size are rare: buffers of the last size would only take memory.
    else {
      this.#free.clear();
      this.#free.set(buffer.length, [buffer]);
    }
    this.#budget.release(buffer.length);
  }
}
