import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Mode } from '../mode/mode-file.ts';

const MODES: readonly Mode[] = ['s3', 'original', 'off'];

/** What the service counts, in Prometheus' words. No label ever holds a user, a record or a key. */
export class Metrics {
  readonly registry = new Registry();
  readonly #decisions: Counter<'decision' | 'reason'>;
  readonly #seconds: Histogram;
  readonly #orgSeconds: Histogram<'answer'>;
  readonly #unreadable: Counter<'code'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#decisions = new Counter({
      name: 'redirect_decisions_total',
      help: 'Decisions on clicks, by what was decided and why.',
      labelNames: ['decision', 'reason'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'redirect_decision_seconds',
      help: 'From the arrival of a click to its decision.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#orgSeconds = new Histogram({
      name: 'redirect_org_query_seconds',
      help: 'Access checks that went to the org, by its answer.',
      labelNames: ['answer'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#unreadable = new Counter({
      name: 'redirect_unreadable_requests_total',
      help: 'Requests that are no HTTP, or whose headers are too long.',
      labelNames: ['code'],
      registers,
    });
  }

  decided(decision: string, reason: string, seconds: number): void {
    this.#decisions.inc({ decision, reason });
    this.#seconds.observe(seconds);
  }

  askedOrg(answer: string, seconds: number): void {
    this.#orgSeconds.observe({ answer }, seconds);
  }

  /** Read when metrics are collected. */
  watchMode(current: () => Mode, isUsable: () => boolean): void {
    new Gauge({
      name: 'redirect_mode',
      help: '1 for the mode that the service is in.',
      labelNames: ['mode'],
      registers: [this.registry],
      collect() {
        for (const mode of MODES) this.set({ mode }, mode === current() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'redirect_mode_file_usable',
      help: '0 while the mode file cannot be read: the mode may not be the one that is wanted.',
      registers: [this.registry],
      collect() {
        this.set(isUsable() ? 1 : 0);
      },
    });
  }

  /** Counts a request that is no HTTP, or whose headers are too long, by Node's code. */
  unreadable(code: string): void {
    this.#unreadable.inc({ code });
  }

  /** Read when metrics are collected. */
  watchLog(isWritable: () => boolean, droppedLines: () => number): void {
    new Gauge({
      name: 'redirect_log_writable',
      help: '0 while log lines cannot be written: the reader is stuck or gone, or the disk is full.',
      registers: [this.registry],
      collect() {
        this.set(isWritable() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'redirect_log_lines_dropped',
      help: 'Log lines, audit lines among them, that could not be written and are lost, since the start.',
      registers: [this.registry],
      collect() {
        this.set(droppedLines());
      },
    });
  }

  /** Read when metrics are collected. */
  watchClock(secondsAhead: () => number | undefined): void {
    new Gauge({
      name: 'redirect_clock_seconds_ahead',
      help: "How far this machine's clock is ahead of the org's; NaN while the org has not answered.",
      registers: [this.registry],
      collect() {
        this.set(secondsAhead() ?? Number.NaN);
      },
    });
  }

  /** Read when metrics are collected. */
  watchLinkCertificates(secondsLeft: () => number): void {
    new Gauge({
      name: 'redirect_link_certificate_seconds_left',
      help: 'How long the link certificate that lives longest is still good; 0 when all have expired.',
      registers: [this.registry],
      collect() {
        this.set(secondsLeft());
      },
    });
  }

  /** Read when metrics are collected. */
  watchCredentials(secondsLeft: () => number): void {
    new Gauge({
      name: 'redirect_credentials_seconds_left',
      help: 'How long the AWS credentials are still good; +Inf when they do not expire.',
      registers: [this.registry],
      collect() {
        this.set(secondsLeft());
      },
    });
  }
}
