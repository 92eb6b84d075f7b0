import { bytes, count, duration } from '../text/quantity.ts';
import { Meter } from './meter.ts';
import type { Progress, ProgressDisplay, ProgressSource } from './progress.ts';

/** For pipes, logs and CI: one plain line at every change of stage and every ten seconds. */
export function plainDisplay(source: ProgressSource, write: (line: string) => void, everyMs = 10_000): ProgressDisplay {
  const meter = new Meter();
  let stage = '';
  let ticks = 0;
  const tick = setInterval(() => {
    const now = source();
    meter.sample(performance.now(), now.done, now.bytes);
    const elapsed = ++ticks * tickMs;
    if (now.stage !== stage || elapsed % everyMs === 0) {
      stage = now.stage;
      write(progressLine(now, meter));
    }
  }, tickMs);
  return {
    stop: () => clearInterval(tick),
  };
}

const tickMs = 1_000;

/** `copy  12,000 of 48,112 (discovery goes on)  1.2 GB  803 files/s  4 min 10 s left  2 failed` */
export function progressLine(now: Progress, meter: Meter): string {
  if (now.total === 0) return [now.stage, ...now.notes].join('  ');
  const rate = meter.rate();
  const left = now.totalIsFinal ? meter.timeLeft(now.total - now.done) : undefined;
  return [
    now.stage,
    `${count(now.done)} of ${count(now.total)}${now.totalIsFinal ? '' : ' found so far'}`,
    bytes(now.bytes),
    `${count(Math.round(rate.files))} files/s`,
    `${bytes(rate.bytes)}/s`,
    left === undefined ? undefined : `${duration(left)} left`,
    now.failed > 0 ? `${count(now.failed)} failed` : undefined,
    ...now.notes,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}
