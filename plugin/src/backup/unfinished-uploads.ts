import type { Catalog } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { Storage } from '../storage/storage.ts';
import type { UnfinishedUpload } from '../storage/target/unfinished-uploads.ts';

/** Keys that the catalog is asked about at a time. */
const batch = 500;

/**
 * Aborts the multipart uploads that killed processes of ours have left: their parts would be kept, and paid for, until a
 * lifecycle rule removes them. To be called when nothing of ours is under way. Uploads of keys that the catalog does not
 * know are somebody else's and stay. Where it may not be looked for them, the log says so.
 */
export async function abortUnfinishedUploads(
  { catalog, storage, log }: { readonly catalog: Catalog; readonly storage: Storage; readonly log: RunLog },
  signal: AbortSignal,
): Promise<void> {
  try {
    let aborted = 0;
    for await (const uploads of batches(storage.unfinishedUploads(signal))) {
      const unknown = new Set(await catalog.unknownKeys(uploads.map(({ key }) => key)));
      for (const upload of uploads.filter(({ key }) => !unknown.has(key))) {
        await storage.abortUpload(upload);
        aborted += 1;
      }
    }
    if (aborted > 0) log.event('unfinished uploads aborted', { uploads: aborted });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Failure) || error.code === 'lock-lost') throw error;
    log.failure('unfinished uploads', error);
  }
}

async function* batches(uploads: AsyncIterable<UnfinishedUpload>): AsyncGenerator<UnfinishedUpload[]> {
  let some: UnfinishedUpload[] = [];
  for await (const upload of uploads) {
    some.push(upload);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
