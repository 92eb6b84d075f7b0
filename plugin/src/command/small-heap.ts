import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How far the heap may grow beyond what is in use before V8 collects it, in per cent. */
const growthPercent = 70;
/** Each half of the young generation, where all that is new is made. Times of the one megabyte it begins with. */
const youngMiB = 4;
/** What is alive makes the young generation grow: more than its first megabyte. */
const aliveObjects = 40_000;
/** Garbage outside the heap that is worth a collection of the young generation, and how often it is looked for. */
const outsideBytes = 8 * 1024 * 1024;
const lookEveryMs = 20;
let watching: NodeJS.Timeout | undefined;

type Collect = (options: {
  readonly type: 'minor' | 'major';
  readonly execution: 'sync';
  readonly flavor?: 'last-resort';
}) => void;

/**
 * Keeps the heap of a long run near what is in use. Left alone, V8 waits for some hundred MB of garbage before its first
 * full collection and doubles the young generation again and again: right for a page, wrong for a pipeline whose memory
 * is the same from the first document to the last. The flags are read at every collection
 * (https://nodejs.org/api/v8.html#v8setflagsfromstringflags); an engine without them goes on as before.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  // From one full collection on, the limit follows what is in use. As a last resort it also gives back the young
  // generation, which loading the program has made as large as it gets.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  growOnce(collect);
  watching ??= collectBuffers(collect);
}

/**
 * What sockets read comes in buffers outside the heap, 64 KiB each, whose objects are so small that the young generation
 * takes long to fill. V8 sees only the sum and collects the whole heap, ten times a second when large files pass through;
 * a collection of the young generation frees the same buffers, and in time.
 */
function collectBuffers(collect: Collect): NodeJS.Timeout {
  let least = getHeapStatistics().external_memory;
  return setInterval(() => {
    const outside = getHeapStatistics().external_memory;
    if (outside - least > outsideBytes) {
      collect({ type: 'minor', execution: 'sync' });
      least = getHeapStatistics().external_memory;
    } else if (outside < least) least = outside;
  }, lookEveryMs).unref();
}

/** Lets the young generation grow in one step to its size for good. */
function growOnce(collect: Collect): void {
  setFlagsFromString(`--semi-space-growth-factor=${youngMiB}`);
  const before = youngSize();
  for (let tries = 0; tries < 3 && youngSize() === before; tries++) {
    const alive = Array.from({ length: aliveObjects }, (_, nth) => ({ nth }));
    collect({ type: 'minor', execution: 'sync' });
    alive.length = 0;
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
