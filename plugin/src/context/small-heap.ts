import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How far the heap may grow beyond what is in use before V8 collects it, in per cent. */
const growthPercent = 70;
/** The young generation, where all that is new is made: one that is smaller grows, one that is larger is given back. */
const leastYoungBytes = 8 * 1024 * 1024;
const mostYoungBytes = 2 * leastYoungBytes;
/**
 * How much it grows in one step, and how many objects that are alive make it grow: from the two megabytes that it begins
 * with. A last resort may leave it one; then a second step is needed.
 */
const steps = [
  { factor: 4, aliveObjects: 40_000 },
  { factor: 2, aliveObjects: 160_000 },
];

type Collect = (options: {
  readonly type: 'minor' | 'major';
  readonly execution: 'sync';
  readonly flavor?: 'last-resort';
}) => void;

let kept = false;

/**
 * Keeps the heap of a long run near what is in use. Left alone, V8 waits for some hundred MB of garbage before its first
 * full collection and doubles the young generation again and again: right for a page, wrong for a pipeline whose memory
 * is the same from the first document to the last. The flags are read at every collection
 * (https://nodejs.org/api/v8.html#v8setflagsfromstringflags); an engine without them goes on as before.
 * Once is enough: what is called again changes nothing.
 */
export function keepHeapSmall(): void {
  if (kept) return;
  kept = true;
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  // From one full collection on, the limit follows what is in use. As a last resort, and only then, V8 also gives back
  // the young generation, which loading the sf CLI has made as large as it gets; that takes three times as long.
  const tooLarge = youngSize() > mostYoungBytes;
  collect({ type: 'major', execution: 'sync', ...(tooLarge && { flavor: 'last-resort' }) });
  for (const step of steps) if (youngSize() < leastYoungBytes) grow(collect, step);
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the young generation grow by one step. */
function grow(collect: Collect, { factor, aliveObjects }: (typeof steps)[number]): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  const before = youngSize();
  for (let tries = 0; tries < 3 && youngSize() === before; tries++) {
    const alive = Array.from({ length: aliveObjects }, (_, nth) => ({ nth }));
    collect({ type: 'minor', execution: 'sync' });
    alive.length = 0;
  }
}

function youngSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
