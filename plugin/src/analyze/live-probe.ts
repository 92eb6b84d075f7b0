import { concurrently } from '../async/concurrently.ts';
import { Failure } from '../model/failure.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { Storage } from '../storage/storage.ts';
import type { Looked } from './reach.ts';

/** Files that were really read, their bytes thrown away: what calibrates the estimate of time. Nothing was written. */
export type LiveProbe = {
  readonly read: number;
  /** Could not be read to the end; not part of the rates. */
  readonly failed: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly inFlight: number;
  /** Of a larger file only so many bytes were read. */
  readonly mostBytesOfAFile: number;
  readonly methods: Readonly<Partial<Record<CopyMethod, number>>>;
  readonly documentsPerSecond: number;
  readonly bytesPerSecond: number;
};

const mostBytes = 16 * 1024 * 1024;

/**
 * Reads the first files of the sample (it is in random order) that some method reaches.
 * @returns undefined when none could be read
 */
export async function liveProbe(
  storage: Pick<Storage, 'readSource'>,
  looked: readonly Looked[],
  {
    files,
    inFlight,
    onRead,
  }: { readonly files: number; readonly inFlight: number; readonly onRead: (bytes: number) => void },
  signal: AbortSignal,
): Promise<LiveProbe | undefined> {
  const readable = looked.flatMap((one) => {
    const method = one.methods.find((each) => one.found.get(each)?.kind === 'reachable');
    return method === undefined ? [] : [{ request: one.request, method }];
  });
  const methods: Partial<Record<CopyMethod, number>> = {};
  let [read, failed, bytes] = [0, 0, 0];
  const started = performance.now();
  await concurrently(readable.slice(0, files), { atOnce: inFlight, signal }, async ({ request, method }) => {
    try {
      const got = await storage.readSource(request, method, mostBytes, signal);
      read += 1;
      bytes += got;
      methods[method] = (methods[method] ?? 0) + 1;
      onRead(got);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      failed += 1;
    }
  });
  const seconds = (performance.now() - started) / 1000;
  if (read === 0) return undefined;
  return {
    read,
    failed,
    bytes,
    seconds,
    inFlight,
    mostBytesOfAFile: mostBytes,
    methods,
    documentsPerSecond: read / seconds,
    bytesPerSecond: bytes / seconds,
  };
}
