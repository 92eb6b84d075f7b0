import { write as writeToFile } from 'node:fs';
import { promisify } from 'node:util';
import type { DestinationStream } from 'pino';
import { codeOf } from './errors.ts';

/** Where log lines go, and whether they arrive. */
export type LogDestination = DestinationStream & {
  /** Why lines cannot be written now, or undefined while they can. */
  readonly trouble: string | undefined;
  readonly droppedLines: number;
  /**
   * Writes what is left, as far as the time suffices.
   * @returns `hangs` when a write does not return: its thread would keep the process from an orderly exit
   */
  readonly close: (milliseconds: number) => Promise<'written' | 'lost' | 'hangs'>;
};

/** Writes some of the bytes, from an offset on, and says how many. */
export type WriteBytes = (bytes: Uint8Array, offset: number) => Promise<number>;

/** Some 20,000 lines. */
const MOST_WAITING = 8_000_000;
/** A reader that takes nothing for so long is stuck. */
const STUCK_MILLISECONDS = 5000;
const RETRY_MILLISECONDS = 250;
const WHEN_FULL_AGAIN_MILLISECONDS = 10;

/**
 * Writes lines without ever making anybody wait: a slow reader finds up to a bounded number of them waiting, and one
 * that is stuck or gone, or a full disk, is known within seconds and retried. Loggers write on and lose lines, or stop
 * the event loop; this says which of the two is about to happen.
 */
export class LogOutput implements LogDestination {
  readonly #write: WriteBytes;
  #lines: string[] = [];
  /** Characters that wait, those under way included. */
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #isInWrite = false;
  #failure: string | undefined;
  #movedAt = 0;
  #dropped = 0;

  constructor(write: WriteBytes = standardOutput()) {
    this.#write = write;
  }

  write(line: string): void {
    if (this.#waiting + line.length > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#writing !== undefined) return;
    this.#movedAt = performance.now();
    this.#writing = this.#writeAll();
  }

  get trouble(): string | undefined {
    if (this.#failure !== undefined) return `the log cannot be written (${this.#failure})`;
    if (this.#waiting > MOST_WAITING / 2) return 'the log is not read fast enough';
    const isStuck = this.#writing !== undefined && performance.now() - this.#movedAt > STUCK_MILLISECONDS;
    return isStuck ? 'nobody reads the log' : undefined;
  }

  get droppedLines(): number {
    return this.#dropped;
  }

  async close(milliseconds: number): Promise<'written' | 'lost' | 'hangs'> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<'lost' | 'hangs'>((resolve) => {
      timer = setTimeout(() => resolve(this.#isInWrite ? 'hangs' : 'lost'), milliseconds);
    });
    const written = (this.#writing ?? Promise.resolve()).then(() => 'written' as const);
    const end = await Promise.race([written, tooLate]);
    clearTimeout(timer);
    return end;
  }

  async #writeAll(): Promise<void> {
    // one write for all the lines of one turn of the event loop
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#lines.length > 0) {
      const bytes = Buffer.from(this.#lines.join(''));
      const characters = this.#waiting;
      this.#lines = [];
      await this.#writeWhole(bytes);
      this.#waiting -= characters;
    }
    this.#writing = undefined;
  }

  async #writeWhole(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length;) {
      try {
        this.#isInWrite = true;
        offset += await this.#write(bytes, offset);
        this.#isInWrite = false;
        this.#movedAt = performance.now();
        this.#failure = undefined;
      } catch (error) {
        this.#isInWrite = false;
        const isFull = codeOf(error) === 'EAGAIN';
        if (!isFull) this.#failure = codeOf(error) ?? 'unknown';
        await pause(isFull ? WHEN_FULL_AGAIN_MILLISECONDS : RETRY_MILLISECONDS);
      }
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function standardOutput(): WriteBytes {
  // opening it makes Node set a pipe to non-blocking: a write to a full one would block a thread until somebody reads,
  // and the process could not even end
  const { fd } = process.stdout;
  const write = promisify(writeToFile);
  return async (bytes, offset) => (await write(fd, bytes, offset, bytes.length - offset, null)).bytesWritten;
}
