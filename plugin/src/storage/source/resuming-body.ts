import { Failure } from '../../model/failure.ts';
import { networkFailure } from '../exchange/network-failure.ts';
import type { ResponseBody } from '@file-migration/http/response-body';
import type { SourceBody } from './reader.ts';

/** A file of any size may lose its connection this often; each time some bytes must have come. */
const MOST_BREAKS = 20;

/**
 * A body that goes on where its connection broke, unless it is read whole: a small file is sooner read again.
 * @param reopen opens the rest from an offset, pinned to the same object
 */
export function resumingBody(
  first: ResponseBody,
  size: number | undefined,
  reopen: (offset: number) => Promise<{ readonly body: ResponseBody }>,
): SourceBody {
  let current = first;
  /** Bytes that came over earlier connections. */
  let before = 0;
  let breaks = 0;
  const offset = (): number => before + current.delivered;

  const throughBreaks = async (read: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await read();
        return;
      } catch (error) {
        const failure = networkFailure('source', 'the source', error);
        const at = offset();
        const hopeless = current.delivered === 0 || breaks >= MOST_BREAKS || size === undefined || at >= size;
        if (!(failure instanceof Failure) || failure.failureClass !== 'retry' || hopeless) throw failure;
        breaks++;
        const { body } = await reopen(at);
        before = at;
        current = body;
      }
    }
  };

  return {
    async fill(memory, tap) {
      const start = offset();
      await throughBreaks(() => current.fill(memory.subarray(offset() - start), tap));
      return offset() - start;
    },
    async drain(onlooker) {
      const start = offset();
      await throughBreaks(() => current.drain(onlooker));
      return offset() - start;
    },
    async ended() {
      let all = false;
      await throughBreaks(async () => (all = await current.ended()));
      return all;
    },
    into: (memory, tap) => first.into(memory, tap),
    cancel: () => current.cancel(),
  };
}
