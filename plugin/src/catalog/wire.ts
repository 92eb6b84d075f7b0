import type { KeyLayout } from '@file-migration/config/contract';
import type { WireError } from '../model/wire-error.ts';
import type { OurLinks } from './our-links.ts';
import type { CatalogBinding, CatalogIdentity } from './port.ts';

/** What the worker thread is started with: plain data. */
export type WorkerStart = {
  readonly file: string;
  readonly binding: CatalogBinding;
  readonly command: string;
  readonly layout: KeyLayout;
  readonly links: OurLinks;
  readonly s3UrlBase: string;
  readonly takeOver: boolean;
  readonly clock: SharedClock | undefined;
  readonly maxBytes: number | undefined;
};

/** One number, milliseconds since 1970, in memory that both threads see. */
export type SharedClock = Float64Array<SharedArrayBuffer>;

/** The worker's first message. */
export type Opened =
  | {
      readonly kind: 'opened';
      readonly methods: readonly string[];
      readonly identity: CatalogIdentity;
      readonly epoch: number;
    }
  | { readonly kind: 'refused'; readonly error: WireError };

export type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] };

export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError };
