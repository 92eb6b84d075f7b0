import type { Storage } from '../storage/storage.ts';

/**
 * The three functions of storage that move or read bytes. Phases need no more of it while they copy and compare, so a
 * copier may be storage in this process, or other processes that have storage of their own.
 */
export type Copier = Pick<Storage, 'copy' | 'compare' | 'load'>;
