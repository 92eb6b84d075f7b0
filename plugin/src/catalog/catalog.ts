import { resolve } from 'node:path';
import { s3Link, type KeyLayout, type ObjectKey } from '@file-migration/config/contract';
import type { OurLinks } from './our-links.ts';
import type { Catalog, CatalogBinding } from './port.ts';
import { localFence } from './local-fence.ts';
import { inSlices } from './slices.ts';
import { promised } from './synchronous.ts';
import type { SharedClock } from './wire.ts';
import { catalogThread, openInThread, type CatalogThread } from './worker-calls.ts';

export type CatalogOptions = {
  /** Made when it is not there, folders included. */
  readonly file: string;
  readonly binding: CatalogBinding;
  /** As the person typed it: others are told when they find the catalog locked. */
  readonly command: string;
  /** Renders the keys of new revisions; stored keys stay as they are. */
  readonly layout: KeyLayout;
  /** The redirect service's present base URL and all former ones: links below them are ours. */
  readonly linkBaseUrls: readonly string[];
  /** Plain URLs of the target bucket that may stand on documents as links, and where `your_s3_url` points. */
  readonly s3?: OurLinks['s3'];
  /** Takes a catalog that was last used on another machine and not given back. */
  readonly takeOver?: boolean;
  /** One that has begun to load already; by default one that begins now. */
  readonly thread?: CatalogThread;
  /** The time, for tests; the system's by default. */
  readonly clock?: SharedClock;
  /** The file may not grow beyond this many bytes. */
  readonly maxBytes?: number;
};

/**
 * Opens the catalog for a command that changes something, in a thread of its own, and takes its lock until `close` or
 * the end of the process. What a dead process left as running becomes interrupted.
 * @throws Failure (stop): `catalog-locked`, `catalog-bound-elsewhere`, `catalog-on-network`, `catalog-newer`,
 * `catalog-of-predecessor`, `catalog-foreign`, `catalog-damaged`, `catalog-not-writable`, `catalog-disk-full`
 */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { binding, s3 } = options;
  const file = resolve(options.file);
  const { methods, identity, epoch, call } = await openInThread(options.thread ?? catalogThread(), {
    file,
    binding,
    command: options.command,
    layout: options.layout,
    links: { baseUrls: options.linkBaseUrls, ...(s3 !== undefined && { s3 }) },
    // Without the place, the address that Amazon S3 redirects from whatever the bucket's region.
    s3UrlBase: s3 === undefined ? `https://${binding.bucket}.s3.amazonaws.com/` : s3Link(s3.place, '' as ObjectKey),
    takeOver: options.takeOver ?? false,
    clock: options.clock,
    maxBytes: options.maxBytes,
  });
  const catalog = promised<Catalog>(methods, inSlices(call));
  const fence = localFence(file, epoch);
  let closed = false;
  return {
    identity,
    ...catalog,
    // After `close` the thread's own refusal is the answer.
    fence: async () => (closed ? catalog.fence() : fence.check()),
    close: async () => {
      closed = true;
      // First, so that the writer is the last to close, and tidies up.
      fence.close();
      await catalog.close();
    },
  };
}
