import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** `s3`: files come from our bucket; `original`: switched documents lead to where they led before; `off`: closed. */
export type Mode = z.infer<typeof MODE>;

const MODE = z.enum(['s3', 'original', 'off']);
const POLL_MILLISECONDS = 1000;

/** What became of the file, for log and metrics. */
export type ModeEvents = {
  readonly changed: (from: Mode, to: Mode) => void;
  /** The file cannot be read or says something else; the mode stays. Called once until it is sound again. */
  readonly unusable: (why: string) => void;
};

/**
 * The mode that the whole fleet runs in, read from a file that all instances share and looked at every second: change
 * notifications do not cross network file systems. Without a file the mode is always `s3`.
 */
export class ModeFile {
  readonly #path: string | undefined;
  readonly #events: ModeEvents;
  readonly #timer: NodeJS.Timeout | undefined;
  #mode: Mode = 's3';
  #reading = false;
  #unusable = false;

  /** @throws Error that names the file when it cannot be used at start: to guess a mode would be wrong either way */
  constructor(path: string | undefined, events: ModeEvents) {
    this.#path = path;
    this.#events = events;
    if (path === undefined) return;
    this.#mode = modeIn(path, readFileSync(path, 'utf8'));
    this.#timer = setInterval(() => void this.look(), POLL_MILLISECONDS);
    this.#timer.unref();
  }

  get current(): Mode {
    return this.#mode;
  }

  /** False while the file cannot be read: the mode may not be what somebody wants it to be. */
  get isUsable(): boolean {
    return !this.#unusable;
  }

  /** Reads the file now; the timer calls it. */
  async look(): Promise<void> {
    // a network file system that hangs must not pile up reads
    if (this.#path === undefined || this.#reading) return;
    this.#reading = true;
    try {
      const mode = modeIn(this.#path, await readFile(this.#path, 'utf8'));
      this.#unusable = false;
      if (mode === this.#mode) return;
      const from = this.#mode;
      this.#mode = mode;
      this.#events.changed(from, mode);
    } catch (error) {
      if (!this.#unusable) this.#events.unusable(error instanceof Error ? error.message : String(error));
      this.#unusable = true;
    } finally {
      this.#reading = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function modeIn(path: string, text: string): Mode {
  const mode = MODE.safeParse(text.trim()).data;
  if (mode === undefined) throw new Error(`The mode file ${path} must hold one word: s3, original or off.`);
  return mode;
}
