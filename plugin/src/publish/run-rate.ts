import { Meter } from '../run/meter.ts';
import type { Progress, ProgressSource } from '../run/progress.ts';
import type { ThroughputSeries } from '../catalog/publication.ts';
import { Throughput } from './throughput.ts';

/** How fast a run goes, as its progress shows it: what the snapshot tells besides the catalog's figures. */
export type RunRate = {
  /** Documents and bytes a second; undefined when nobody can tell. */
  readonly rate: { readonly files: number; readonly bytes: number | undefined } | undefined;
  readonly secondsLeft: number | undefined;
  /** Undefined: as it was published last. */
  readonly throughput: ThroughputSeries | undefined;
};

export const unknownRate: RunRate = {
  rate: undefined,
  secondsLeft: undefined,
  throughput: undefined,
};

/** Samples a run's progress. */
export class RateSampler {
  readonly #source: ProgressSource;
  readonly #meter = new Meter();
  readonly #throughput: Throughput;
  #last: Progress | undefined;

  /** @param intervalMs of the throughput's points */
  constructor(source: ProgressSource, intervalMs: number) {
    this.#source = source;
    this.#throughput = new Throughput(Date.now(), intervalMs);
  }

  sample(): void {
    const now = this.#source();
    this.#last = now;
    const bytes = now.bytes ?? 0;
    this.#meter.sample(performance.now(), now.done, bytes);
    this.#throughput.sample(Date.now(), now.done, bytes);
  }

  now(): RunRate {
    const last = this.#last;
    const left = last?.totalIsFinal === true ? this.#meter.timeLeft(last.total - last.done) : undefined;
    return {
      rate: last === undefined ? undefined : rateOf(last, this.#meter),
      secondsLeft: left === undefined ? undefined : Math.round(left / 1000),
      throughput: this.#throughput.series(),
    };
  }

  /** After the run: nothing moves any more, but what it did is still worth a look. */
  ended(): RunRate {
    return { ...unknownRate, throughput: this.#throughput.series() };
  }
}

/** A phase that moves no bytes has no rate of them. */
function rateOf({ bytes }: Progress, meter: Meter): RunRate['rate'] {
  const { files, bytes: perSecond } = meter.rate();
  return { files, bytes: bytes === undefined ? undefined : perSecond };
}
