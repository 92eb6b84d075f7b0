import { Failure } from '../../errors/failure.ts';
import { networkFailure } from '../http/network-failure.ts';
import type { ResponseBody } from '../http/response-body.ts';
import type { SourceBody } from './reader.ts';

/** A file of any size may lose its connection this often; each time some bytes must have come. */
const MOST_BREAKS = 20;

/**
 * A body that, read in chunks, goes on where its connection broke. Read whole it does not: a small file is sooner read
 * again.
 * @param reopen opens the rest from an offset, pinned to the same object
 */
export function resumingBody(
  first: ResponseBody,
  size: number | undefined,
  reopen: (offset: number) => Promise<{ readonly body: ResponseBody }>,
): SourceBody {
  let current = first;
  return {
    into: (buffer, tap) => first.into(buffer, tap),
    cancel: () => current.cancel(),
    async *[Symbol.asyncIterator]() {
      let offset = 0;
      for (let breaks = 0; ; breaks++) {
        const before = offset;
        try {
          for await (const chunk of current) {
            offset += chunk.length;
            yield chunk;
          }
          return;
        } catch (error) {
          const failure = networkFailure('source', 'the source', error);
          const hopeless = offset === before || breaks >= MOST_BREAKS || size === undefined || offset >= size;
          if (!(failure instanceof Failure) || failure.failureClass !== 'retry' || hopeless) throw failure;
          current = (await reopen(offset)).body;
        }
      }
    },
  };
}
