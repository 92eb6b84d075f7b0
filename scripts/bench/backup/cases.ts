import type { CopyMethod } from '@file-migration/config';

const KIB = 1024;
const MIB = 1024 * KIB;

/** So many files of one size, copied by one method. */
export type Case = {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly method: Extract<CopyMethod, 's3' | 'server-side-copy'>;
  readonly rounds: number;
  readonly bars: Bars;
};

/** What ours must reach: shares of the peer's figure, and MB. */
export type Bars = {
  readonly speed: { readonly of: 'filesPerSecond' | 'mbPerSecond'; readonly least: number };
  readonly cpu?: { readonly most: number };
  readonly peakRssMb: number;
};

export const cases: readonly Case[] = [
  {
    name: 'stream-small',
    count: 4000,
    bytes: 16 * KIB,
    method: 's3',
    rounds: 5,
    bars: { speed: { of: 'filesPerSecond', least: 0.95 }, cpu: { most: 0.9 }, peakRssMb: 200 },
  },
  {
    name: 'copy-small',
    count: 4000,
    bytes: 16 * KIB,
    method: 'server-side-copy',
    rounds: 5,
    bars: { speed: { of: 'filesPerSecond', least: 0.95 }, cpu: { most: 1 }, peakRssMb: 200 },
  },
  {
    name: 'stream-8mib',
    count: 200,
    bytes: 8 * MIB,
    method: 's3',
    rounds: 3,
    bars: { speed: { of: 'mbPerSecond', least: 0.95 }, peakRssMb: 300 },
  },
  {
    name: 'stream-512mib',
    count: 4,
    bytes: 512 * MIB,
    method: 's3',
    rounds: 3,
    bars: { speed: { of: 'mbPerSecond', least: 0.95 }, peakRssMb: 300 },
  },
];
