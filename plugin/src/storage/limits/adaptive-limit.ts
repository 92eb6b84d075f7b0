import { WaitQueue } from '@file-migration/http/wait-queue';

/** Two kinds of transfer that must not starve each other: files that fit into one part, and larger ones. */
export type Lane = 'small' | 'large';

/** Permission for one request to be in flight. */
export type Slot = {
  readonly startedAt: number;
  lane: Lane;
};

/** How a request ended: what the limit learns from. */
export type SlotEnd = {
  /** `slow-down`: the other side asked for less (503, 429) or timed out. */
  readonly kind: 'done' | 'failed' | 'slow-down';
  /** Milliseconds from sending to the answer's headers. */
  readonly timeToHeadersMs?: number | undefined;
  readonly bytes: number;
};

export type AdaptiveLimitOptions = {
  readonly initial: number;
  readonly max: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
  /** How long the event loop is late just now, milliseconds: that much of a slow answer is our own doing. */
  readonly loopDelayMs?: () => number;
};

/** Each lane keeps this share of the slots while the other one is busy. */
const LEAST_SHARE = 0.25;
const SHORTEST_WINDOW_MS = 200;
/** After a failed try to grow, and after a cut, this many windows pass before the next try. */
const HOLD_WINDOWS = 8;
/** Growing by half must bring this much more throughput to be worth keeping. */
const WORTH_GROWING = 1.05;
const SLOW_ANSWERS = 3;
/** So many bytes weigh as much as one request. */
const BYTES_PER_UNIT = 256 * 1024;

/**
 * Finds out how many requests one side takes at once: grows while throughput grows; on SlowDown, time-outs or answers
 * that get slower (less what our own event loop adds), cuts, at most once per round trip.
 */
export class AdaptiveLimit {
  readonly #max: number;
  readonly #now: () => number;
  readonly #loopDelayMs: () => number;
  #limit: number;
  #inFlight: Record<Lane, number> = { small: 0, large: 0 };
  readonly #queues: Record<Lane, WaitQueue<void, Slot>> = { small: new WaitQueue(), large: new WaitQueue() };

  #windowStart: number;
  #windowWork = 0;
  #windowDone = 0;
  #saturated = false;
  /** Throughput before the last try to grow, and the limit to go back to. */
  #trial: { readonly throughput: number; readonly limit: number } | undefined;
  #hold = 0;
  #lastCut = -Infinity;
  /** Asked for once a window: reading it costs more than a request may. */
  #loopDelay = 0;
  #timeToHeaders = 0;
  #bestTimeToHeaders = Infinity;

  requests = 0;
  bytes = 0;
  slowDowns = 0;

  constructor(options: AdaptiveLimitOptions) {
    this.#max = Math.max(1, options.max);
    this.#limit = Math.min(this.#max, Math.max(1, options.initial));
    this.#now = options.now ?? (() => performance.now());
    this.#loopDelayMs = options.loopDelayMs ?? (() => 0);
    this.#windowStart = this.#now();
  }

  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight.small + this.#inFlight.large;
  }

  /** Waits for a slot, in the order of asking within a lane. Throws the signal's reason when aborted. */
  acquire(lane: Lane, signal: AbortSignal): Slot | Promise<Slot> {
    signal.throwIfAborted();
    if (this.#queues[lane].length === 0 && this.#fits(lane)) return this.#grant(lane);
    this.#saturated = true;
    return this.#queues[lane].join(undefined, signal);
  }

  /** Moves a small slot to the large lane if that has room now. */
  toLarge(slot: Slot): boolean {
    if (slot.lane === 'large') return true;
    if (this.#inFlight.large >= this.#mostOf('large')) return false;
    this.#inFlight.small--;
    this.#inFlight.large++;
    slot.lane = 'large';
    return true;
  }

  release(slot: Slot, end: SlotEnd): void {
    this.#inFlight[slot.lane]--;
    this.requests++;
    this.bytes += end.bytes;
    if (end.kind === 'slow-down') {
      this.slowDowns++;
      this.#cut(slot, 0.7);
    } else if (end.kind === 'done') {
      this.#windowWork += 1 + end.bytes / BYTES_PER_UNIT;
      this.#windowDone++;
      if (end.timeToHeadersMs !== undefined) this.#learnTime(end.timeToHeadersMs);
    }
    this.#endWindow(slot);
    this.#serve();
  }

  #learnTime(timeToHeadersMs: number): void {
    const net = Math.max(0.1, timeToHeadersMs - this.#loopDelay);
    this.#timeToHeaders = this.#timeToHeaders === 0 ? net : this.#timeToHeaders * 0.95 + net * 0.05;
  }

  #endWindow(slot: Slot): void {
    const now = this.#now();
    const elapsed = now - this.#windowStart;
    if (elapsed < Math.max(SHORTEST_WINDOW_MS, 2 * this.#timeToHeaders) || this.#windowDone < this.#limit) return;
    this.#loopDelay = this.#loopDelayMs();
    const throughput = this.#windowWork / elapsed;
    const saturated = this.#saturated;
    this.#windowStart = now;
    this.#windowWork = 0;
    this.#windowDone = 0;
    this.#saturated = this.#queues.small.length + this.#queues.large.length > 0;
    this.#bestTimeToHeaders = Math.min(this.#bestTimeToHeaders, this.#timeToHeaders);

    const trial = this.#trial;
    this.#trial = undefined;
    if (trial !== undefined && throughput < trial.throughput * WORTH_GROWING) {
      this.#limit = trial.limit;
      this.#hold = HOLD_WINDOWS;
      // More in flight brought nothing but waiting: the other side is full.
      if (this.#timeToHeaders > SLOW_ANSWERS * this.#bestTimeToHeaders) this.#cut(slot, 0.8);
      return;
    }
    if (this.#hold > 0) {
      this.#hold--;
      return;
    }
    if (!saturated || this.#limit >= this.#max) return;
    this.#trial = { throughput, limit: this.#limit };
    this.#limit = Math.min(this.#max, Math.ceil(this.#limit * 1.5));
  }

  /** Requests that were already out when the last cut was made know nothing of it and cannot ask for another. */
  #cut(slot: Slot, factor: number): void {
    if (slot.startedAt < this.#lastCut) return;
    this.#lastCut = this.#now();
    this.#limit = Math.max(1, Math.floor(this.#limit * factor));
    this.#trial = undefined;
    this.#hold = HOLD_WINDOWS;
  }

  #grant(lane: Lane): Slot {
    this.#inFlight[lane]++;
    return { startedAt: this.#now(), lane };
  }

  #fits(lane: Lane): boolean {
    return this.inFlight < this.#limit && this.#inFlight[lane] < this.#mostOf(lane);
  }

  /** Large transfers last, so they never take the small ones' share; small ones yield when a large one waits. */
  #mostOf(lane: Lane): number {
    const reserved = Math.floor(this.#limit * LEAST_SHARE);
    if (lane === 'large') return Math.max(1, this.#limit - reserved);
    return this.#queues.large.length === 0 ? this.#limit : Math.max(1, this.#limit - reserved);
  }

  #serve(): void {
    for (;;) {
      const lane = this.#next();
      if (lane === undefined) return;
      this.#queues[lane].admit(this.#grant(lane));
    }
  }

  #next(): Lane | undefined {
    const large = this.#queues.large.length > 0 && this.#fits('large');
    if (large && this.#inFlight.large < Math.ceil(this.#limit * LEAST_SHARE)) return 'large';
    if (this.#queues.small.length > 0 && this.#fits('small')) return 'small';
    return large ? 'large' : undefined;
  }
}
