import { Failure } from '../../errors/failure.ts';
import { networkFailure } from '../http/network-failure.ts';
import type { ResponseBody } from '../http/response-body.ts';
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
  /** What the reader has, and had at the last break. */
  let offset = 0;
  let offsetAtBreak = 0;
  let breaks = 0;

  /** @throws the failure, unless there is hope */
  const goOn = async (error: unknown): Promise<void> => {
    const failure = networkFailure('source', 'the source', error);
    const hopeless = offset === offsetAtBreak || breaks >= MOST_BREAKS || size === undefined || offset >= size;
    if (!(failure instanceof Failure) || failure.failureClass !== 'retry' || hopeless) throw failure;
    breaks++;
    offsetAtBreak = offset;
    current = (await reopen(offset)).body;
  };
  const ended = async (): Promise<boolean> => {
    for (;;) {
      try {
        return await current.ended();
      } catch (error) {
        await goOn(error);
      }
    }
  };

  return {
    ended,
    into: (memory, tap) => first.into(memory, tap),
    cancel: () => current.cancel(),
    async fill(memory, tap) {
      for (let filled = 0; ;) {
        const before = current.delivered;
        try {
          const bytes = await current.fill(memory.subarray(filled), tap);
          offset += bytes;
          return filled + bytes;
        } catch (error) {
          filled += current.delivered - before;
          offset += current.delivered - before;
          await goOn(error);
        }
      }
    },
    async *[Symbol.asyncIterator]() {
      try {
        while (!(await ended())) {
          for (const chunk of current.takeWaiting()) {
            offset += chunk.length;
            yield chunk;
          }
        }
      } finally {
        current.cancel();
      }
    },
  };
}
