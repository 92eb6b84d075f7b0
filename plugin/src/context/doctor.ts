import { organizationId, type MigrationConfig, type MissingVariable } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { QueueFacts } from '../fleet/engines/pg-boss/look.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { openContext, type Place } from './open-context.ts';
import { queueDatabase } from './queue-database.ts';

/** What `doctor` looks at: what cannot be opened is a finding, and not the end. */
export type DoctorContext = AsyncDisposable & {
  /** Or why there is none. */
  readonly org: Org | Failure;
  readonly storage: Storage;
  /** Undefined before the first backup; or why it cannot be read. */
  readonly catalog: CatalogReader | Failure | undefined;
  readonly missing: readonly MissingVariable[];
  /** The org's own token, for the one other service that checks it: the redirect. */
  readonly bearer: () => string;
  /** Looks at the queue of a fleet; undefined where migration.json has none. */
  readonly queue: (() => Promise<QueueFacts>) | undefined;
};

/** Stands in the metadata of the probe, which is deleted at once, where no org says its id. */
const noOrganization = organizationId('00D000000000000EAA');

/** @param missing variables that migration.json names and the environment lacks; what needs them is not to be asked */
export function openDoctorContext(place: Place, missing: readonly MissingVariable[]): Promise<DoctorContext> {
  return openContext(place, async (parts) => {
    const session = await orFailure(() => parts.session());
    const org = session instanceof Failure ? session : await orFailure(() => parts.org());
    const id = org instanceof Failure ? org : await orFailure(() => org.organizationId());
    const known = { organizationId: id instanceof Failure ? noOrganization : id, missing };
    return {
      org: id instanceof Failure ? id : org,
      storage: parts.storage(known, org instanceof Failure ? undefined : org),
      catalog: await orFailure(() => parts.catalogReader()),
      missing,
      queue: queueOf(place.config),
      bearer: () => (session instanceof Failure ? '' : session.accessToken()),
    };
  });
}

function queueOf({ fleet }: MigrationConfig): DoctorContext['queue'] {
  if (fleet === undefined) return undefined;
  return async () => {
    const { lookAtQueue } = await import('../fleet/engines/pg-boss/look.ts');
    return await lookAtQueue(queueDatabase(fleet, process.env));
  };
}

async function orFailure<T>(open: () => Promise<T>): Promise<T | Failure> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
