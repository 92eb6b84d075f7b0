import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How far the heap may grow beyond what is in use before V8 collects it, in per cent. */
const growthPercent = 30;

/**
 * Keeps the heap of a long run near what is in use. Left alone, V8 waits for some hundred MB of garbage before its first
 * full collection and doubles the young generation again and again: right for a page, wrong for a pipeline whose memory
 * is the same from the first document to the last. The flags are read at every collection
 * (https://nodejs.org/api/v8.html#v8setflagsfromstringflags); an engine without them goes on as before.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  // from one full collection on, the limit follows what is in use
  (runInNewContext('gc') as () => void)();
}
