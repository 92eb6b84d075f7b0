import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import type { Copier } from '../fleet/copier.ts';
import type { Lease } from '../fleet/lease.ts';
import { createStorage } from '../storage/create-storage.ts';
import { storageOptions } from './storage-options.ts';

/** What a worker copies with; every write asks its lease. */
export type WorkerStorage = AsyncDisposable & {
  readonly copier: Copier;
  /** Configured rates are for all workers together; how much each has in flight finds its own level. */
  readonly onSharers: (sharers: number) => void;
};

/** @throws Failure when storage is set up wrongly */
export function openWorkerStorage(
  config: MigrationConfig,
  { organizationId, lease }: { readonly organizationId: OrganizationId; readonly lease: Lease },
): WorkerStorage {
  let sharing = 1;
  const fence = (): Promise<void> => Promise.resolve().then(() => lease.require());
  const options = storageOptions(config, { organizationId, env: process.env, fence });
  const storage = createStorage({ ...options, limits: { ...options.limits, sharers: () => sharing } });
  return {
    copier: storage,
    onSharers: (sharers) => (sharing = sharers),
    [Symbol.asyncDispose]: () => storage.close(),
  };
}
