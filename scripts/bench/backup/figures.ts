import type { Measured } from '../copy-engine/measured-process.ts';
import type { Case } from './cases.ts';

const MIB = 1024 * 1024;

/** What one run of a program cost, start-up included. */
export type Figures = {
  readonly filesPerSecond: number;
  /** MiB. */
  readonly mbPerSecond: number;
  /** User and system time of the whole process, all its threads. */
  readonly cpuMsPerFile: number;
  readonly peakRssMb: number;
};

export function figures({ count, bytes }: Case, { seconds, cpuSeconds, peakRssMb }: Measured): Figures {
  return {
    filesPerSecond: count / seconds,
    mbPerSecond: (count * bytes) / MIB / seconds,
    cpuMsPerFile: (cpuSeconds * 1000) / count,
    peakRssMb,
  };
}

/** Of each figure by itself. */
export function median(rounds: readonly Figures[]): Figures {
  return combine((name) => {
    const sorted = rounds.map((round) => round[name]).toSorted((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[sorted.length % 2 === 0 ? middle - 1 : middle]];
    return (upper + lower) / 2;
  });
}

export function ratios(ours: Figures, peer: Figures): Figures {
  return combine((name) => ours[name] / peer[name]);
}

export function text({ filesPerSecond, mbPerSecond, cpuMsPerFile, peakRssMb }: Figures): string {
  return `${filesPerSecond.toFixed(1)} files/s, ${mbPerSecond.toFixed(1)} MiB/s, ${cpuMsPerFile.toFixed(2)} ms CPU a file, ${peakRssMb.toFixed(0)} MB`;
}

function combine(value: (name: keyof Figures) => number): Figures {
  return {
    filesPerSecond: value('filesPerSecond'),
    mbPerSecond: value('mbPerSecond'),
    cpuMsPerFile: value('cpuMsPerFile'),
    peakRssMb: value('peakRssMb'),
  };
}
