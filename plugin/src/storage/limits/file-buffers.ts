import type { ByteBudget } from './byte-budget.ts';

/** Up to here buffers come out of Node's own pool, and cost nothing. */
const SMALL = 2 * 1024;

/** Memory for a file or a part of one, until it is given back. */
export type FileBuffer = {
  /** Has room for what was asked for, often for more. */
  readonly memory: Buffer;
  readonly giveBack: () => void;
};

/**
 * Buffers for files on their way through us, used again and again: fresh memory costs the kernel a page fault for
 * every 4 KiB, and garbage of that size comes back late. Each counts against the budget while it is in use.
 */
export class FileBuffers {
  readonly #budget: ByteBudget;
  readonly #free = new Map<number, Buffer[]>();
  #freeBytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  take(bytes: number, signal: AbortSignal): FileBuffer | Promise<FileBuffer> {
    const size = sizeClass(bytes);
    const room = this.#budget.acquire(size, signal);
    return room instanceof Promise ? room.then(() => this.#buffer(size)) : this.#buffer(size);
  }

  #buffer(size: number): FileBuffer {
    const kept = this.#free.get(size)?.pop();
    if (kept !== undefined) this.#freeBytes -= size;
    const memory = kept ?? (size <= SMALL ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size));
    return { memory, giveBack: () => this.#giveBack(memory) };
  }

  #giveBack(memory: Buffer): void {
    const size = memory.length;
    // What is kept and what is in use together stay within the budget.
    if (size > SMALL && this.#freeBytes + this.#budget.held <= this.#budget.total) {
      const free = this.#free.get(size);
      if (free === undefined) this.#free.set(size, [memory]);
      else free.push(memory);
      this.#freeBytes += size;
    }
    this.#budget.release(size);
  }
}

/** Powers of two, so that files of all sizes share few kinds of buffers; large ones in steps of a MiB. */
function sizeClass(bytes: number): number {
  if (bytes <= SMALL) return bytes;
  const power = 2 ** Math.ceil(Math.log2(bytes));
  return Math.min(power, Math.ceil(bytes / MIB) * MIB);
}

const MIB = 1024 * 1024;
