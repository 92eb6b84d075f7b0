/** How fast things go lately, over a sliding window: smooth enough to read, quick enough to notice a stall. */
export class Meter {
  readonly #windowMs: number;
  readonly #samples: { at: number; files: number; bytes: number }[] = [];

  constructor(windowMs = 30_000) {
    this.#windowMs = windowMs;
  }

  /** Takes the running totals at a moment (milliseconds of a monotonic clock). */
  sample(at: number, files: number, bytes: number): void {
    this.#samples.push({ at, files, bytes });
    // one sample older than the window stays, so that the window is always spanned
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) < at - this.#windowMs) this.#samples.shift();
  }

  /** Per second; zero until two moments are known. */
  rate(): { files: number; bytes: number } {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return { files: 0, bytes: 0 };
    const seconds = (last.at - first.at) / 1000;
    return { files: (last.files - first.files) / seconds, bytes: (last.bytes - first.bytes) / seconds };
  }

  /** Milliseconds until `files` more are done at the present rate; undefined while nothing moves. */
  timeLeft(files: number): number | undefined {
    if (files <= 0) return 0;
    const { files: perSecond } = this.rate();
    return perSecond > 0 ? (files / perSecond) * 1000 : undefined;
  }
}
