import { masked } from '../../model/masked.ts';
import type { Ownership, OwnershipReader } from '../ownership.ts';
import type { Synchronous } from '../synchronous.ts';
import type { WriterContext } from './transactions.ts';

type Writes = Omit<Synchronous<Ownership>, keyof OwnershipReader>;

/** Who owns the bucket's files, and which snapshots went there. */
export function ownership({ tables, write, durably }: WriterContext): Writes {
  return {
    ownershipIsClaimed: (nextToken) => durably(() => tables.ownership.claim(nextToken)),
    ownershipIsTaken: ({ epoch, token }) => durably(() => tables.ownership.take(epoch, token)),
    snapshotTaken: (snapshot) => write(() => tables.ownership.snapshotTaken(snapshot)),
    snapshotFailed: (message) => write(() => tables.ownership.snapshotFailed(masked(message))),
  };
}
