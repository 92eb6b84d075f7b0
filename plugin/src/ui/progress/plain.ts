import { bytes, count, duration } from '../../format/quantity.ts';
import { Meter } from '../../run/meter.ts';
import { noteText } from './notes.ts';
import type { Progress, ProgressDisplay, ProgressSource } from '../../run/progress.ts';

/** For pipes, logs and CI: one plain line at every change of stage, every ten seconds, and one that closes. */
export function plainDisplay(source: ProgressSource, write: (line: string) => void, everyMs = 10_000): ProgressDisplay {
  const meter = new Meter();
  let stage = '';
  let ticks = 0;
  const look = (isDue: (now: Progress) => boolean): void => {
    const now = source();
    meter.sample(performance.now(), now.done, now.bytes ?? 0);
    if (!isDue(now)) return;
    stage = now.stage;
    write(progressLine(now, meter));
  };
  look(() => false);
  const tick = setInterval(() => {
    const elapsed = ++ticks * tickMs;
    look((now) => now.stage !== stage || elapsed % everyMs === 0);
  }, tickMs);
  return {
    stop: () => {
      clearInterval(tick);
      look(() => true);
    },
  };
}

const tickMs = 1_000;

/** `Copy  12,000 of 48,112 found so far  1.2 GB  803 files/s  80.3 MB/s  4m 10s left  2 need attention` */
export function progressLine(now: Progress, meter: Meter): string {
  const notes = now.notes.map(noteText);
  if (now.total === 0) return [now.stage, ...notes].join('  ');
  const rate = meter.rate();
  const left = now.totalIsFinal ? meter.timeLeft(now.total - now.done) : undefined;
  return [
    now.stage,
    `${count(now.done)} of ${count(now.total)}${now.totalIsFinal ? '' : ' found so far'}`,
    now.bytes === undefined ? undefined : bytes(now.bytes),
    `${count(Math.round(rate.files))} ${now.bytes === undefined ? 'documents' : 'files'}/s`,
    now.bytes === undefined ? undefined : `${bytes(rate.bytes)}/s`,
    left === undefined ? undefined : `${duration(left)} left`,
    now.attention > 0 ? `${count(now.attention)} need attention` : undefined,
    ...notes,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}
