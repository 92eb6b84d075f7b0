import type { Drained } from '@file-migration/kit/redirect/drain-under-load';
import type { Latencies } from './steady.ts';

/** Of one server at full load, in its steady state. */
export type Figures = { readonly rps: number; readonly cpuMicroseconds: number };

export type Measured = {
  readonly generator: string;
  readonly bare: Figures;
  readonly cached: Figures;
  readonly fresh: Figures;
  readonly at300: Latencies;
  readonly startMilliseconds: number;
  /** Resident, after half and after all of `requests`. */
  readonly memory: { readonly requests: number; readonly half: number; readonly all: number };
  readonly drained: Drained;
};

/** The line that programs read. */
export function asJson({ generator, bare, cached, fresh, at300, startMilliseconds, memory, drained }: Measured) {
  const ours = {
    cached: rounded(cached),
    fresh: rounded(fresh),
    p99MillisecondsAt300Rps: round(at300.p99, 1),
    rssMegabytes: { half: round(memory.half), all: round(memory.all) },
    startMilliseconds: round(startMilliseconds),
    lostByDrain: drained.lost.length,
  };
  const ratios = { cachedRps: round(cached.rps / bare.rps, 2), freshRps: round(fresh.rps / bare.rps, 2) };
  return { ours, peer: { bare: rounded(bare) }, ratios, generator };
}

/** The lines that people read, each with the bar that it is held against. */
export function asText(measured: Measured): string {
  const { generator, bare, cached, fresh, at300, startMilliseconds, memory, drained } = measured;
  const { ratios } = asJson(measured);
  const speed = ({ rps, cpuMicroseconds }: Figures): string => `${round(rps)} rps   ${round(cpuMicroseconds)} µs CPU`;
  const lines: readonly [string, string][] = [
    [`load by ${generator}`, 'each server alone under load, in its steady state'],
    ['bare Express route that signs', speed(bare)],
    ['everything on, check remembered', `${speed(cached)}   ${ratios.cachedRps} of bare   (bars: 0.6, 220 µs)`],
    ['everything on, check asked anew', `${speed(fresh)}   ${ratios.freshRps} of bare   (bars: 0.4, 350 µs)`],
    [
      'waits at 300 clicks a second',
      `p50 ${round(at300.p50, 1)}, p99 ${round(at300.p99, 1)}, longest ${round(at300.max, 1)} ms of ${at300.clicks}   (bar: p99 20 ms)`,
    ],
    [
      `memory after ${memory.requests} requests`,
      `${round(memory.all)} MB, ${round(memory.half)} MB at half   (bar: 130 MB, flat)`,
    ],
    ['start', `${round(startMilliseconds)} ms   (bar: 700 ms)`],
    [
      'end under load',
      `${drained.lost.length} requests lost of ${drained.answered.ended + drained.answered.other}   (bar: none)`,
    ],
  ];
  return lines.map(([what, found]) => `${what.padEnd(36)}${found}`).join('\n');
}

function rounded({ rps, cpuMicroseconds }: Figures): Figures {
  return { rps: round(rps), cpuMicroseconds: round(cpuMicroseconds) };
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
