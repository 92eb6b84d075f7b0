import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OrganizationId } from '@file-migration/config';
import { wait } from '../async/backoff.ts';
import type { CatalogThread } from '../catalog/worker-calls.ts';
import { Failure } from '../model/failure.ts';
import { openPublications } from '../org/publications.ts';
import { isNewest, ownershipLeaseMs, readOwner } from '../ownership/ownership.ts';
import type { OwnerRecord } from '../ownership/owner-record.ts';
import type { RebuildContext } from '../recover/rebuild.ts';
import { readSnapshot } from '../snapshots/read-snapshot.ts';
import { listSnapshots, type ListedSnapshot } from '../snapshots/snapshot-list.ts';
import { catalogBinding } from './binding.ts';
import { openExistingCatalog } from './open-catalog.ts';
import { openContext, type CatalogClaim, type Place } from './open-context.ts';

/** What a recovery begins with. */
export type RecoveryBase = {
  /** `own`: the catalog here is the newest there is; `snapshot`: from the bucket; `nothing`: from org and bucket alone. */
  readonly from: 'own' | 'snapshot' | 'nothing';
  readonly snapshot: ListedSnapshot | undefined;
  /** Who owned the files until now, as the bucket says. */
  readonly owner: OwnerRecord | undefined;
  /** Snapshots that were passed over, and why. */
  readonly refused: readonly { readonly key: string; readonly why: string }[];
};

export type PreparedRecovery = AsyncDisposable &
  RecoveryBase & {
    readonly organizationId: OrganizationId;
    /** The unpacked snapshot; undefined where there is none. */
    readonly file: string | undefined;
    /** In a folder that goes away. */
    readonly rehearsalFile: string;
  };

/** After the lease, a request of the former owner may still be under way for a moment. */
const settleMs = 5_000;

/**
 * Finds what a recovery begins with, and unpacks it beside the catalog; nothing else is written.
 * @throws Failure when org or bucket cannot be read, or a snapshot belongs elsewhere or to a newer version
 */
export async function prepareRecovery(place: Place): Promise<PreparedRecovery> {
  const { config, signal } = place;
  const beside = dirname(config.catalog.file);
  await mkdir(beside, { recursive: true });
  const folder = await mkdtemp(join(beside, '.catalog-recover-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await using context = await openContext(place, async (parts) => {
      const organizationId = await (await parts.org()).organizationId();
      return { organizationId, storage: parts.storage({ organizationId }) };
    });
    const { organizationId, storage } = context;
    const binding = catalogBinding(config, organizationId);
    const owner = (await readOwner({ storage, signal }, binding))?.record;
    const common = { organizationId, owner, rehearsalFile: join(folder, 'catalog.db'), [Symbol.asyncDispose]: dispose };
    if (await isNewestHere(config.catalog.file, owner)) {
      return { ...common, from: 'own', snapshot: undefined, refused: [], file: undefined };
    }
    const refused: { key: string; why: string }[] = [];
    const listed = await listSnapshots(storage, binding, signal);
    for (const snapshot of listed.filter(({ catalog }) => owner === undefined || catalog === owner.catalog)) {
      const file = join(folder, 'catalog.db');
      try {
        await readSnapshot({ storage, signal }, snapshot, binding, file);
        return { ...common, from: 'snapshot', snapshot, refused, file };
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'snapshot-damaged') throw error;
        refused.push({ key: snapshot.key, why: error.message });
        await rm(file, { force: true });
      }
    }
    return { ...common, from: 'nothing', snapshot: undefined, refused, file: undefined };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** @throws Failure `catalog-locked` while a process of this machine works on the catalog */
async function isNewestHere(file: string, owner: OwnerRecord | undefined): Promise<boolean> {
  await using catalog = await openExistingCatalog(file);
  if (catalog === undefined) return false;
  const holder = await catalog.holder();
  if (holder !== undefined) {
    throw new Failure(`The catalog ${file} is in use by "${holder.command}" (process ${holder.pid}).`, {
      code: 'catalog-locked',
      actions: ['Wait until it is done: sf migrate files status --watch'],
    });
  }
  return isNewest(catalog.identity, await catalog.ownership(), owner);
}

/** What a recovery works with, and the newest run that the org shows of the catalog. */
export type RecoverContext = AsyncDisposable & RebuildContext & { readonly publishedRun: number };

export type RecoverRequest = Place & Omit<CatalogClaim, 'takeOver'> & { readonly thread: CatalogThread };

/**
 * Rehearses the recovery in a file that goes away: the bucket's owner stays who it is.
 * @throws Failure when org or bucket cannot be reached
 */
export async function openRehearsal(request: RecoverRequest, prepared: PreparedRecovery): Promise<RecoverContext> {
  const { config } = request;
  if (prepared.from === 'own') {
    await using own = await openExistingCatalog(config.catalog.file);
    if (own !== undefined) await copyOf(config.catalog.file, prepared.rehearsalFile);
  }
  return await open(
    { ...request, config: { ...config, catalog: { ...config.catalog, file: prepared.rehearsalFile } } },
    prepared,
  );
}

/**
 * Puts the snapshot in the catalog's place (what was there is kept beside it), takes the bucket's files, and waits until
 * the former owner can write no more.
 * @throws Failure when org or bucket cannot be reached, or another machine recovers at the same moment
 */
export async function openRecovery(request: RecoverRequest, prepared: PreparedRecovery): Promise<RecoverContext> {
  const { file } = request.config.catalog;
  if (prepared.from !== 'own') {
    await moveAside(file);
    if (prepared.file !== undefined) await rename(prepared.file, file);
  }
  return await open(request, prepared, 'seize');
}

function open(request: RecoverRequest, { from, owner }: PreparedRecovery, seize?: 'seize'): Promise<RecoverContext> {
  return openContext(request, async (parts) => {
    const session = await parts.session();
    const org = await parts.org();
    const organizationId = await org.organizationId();
    const catalog = await parts.catalogToWrite(organizationId, { ...request, takeOver: true });
    const storage = parts.storage({ organizationId }, org);
    const log = parts.log('recover');
    if (seize !== undefined) {
      const ownership = await parts.seizeBucket(catalog, storage, organizationId, request.command);
      await parts.keepSnapshots({ catalog, storage, ownership, log }, organizationId, request.onWarning);
      if (owner?.state === 'working' && from !== 'own') await wait(ownershipLeaseMs + settleMs, request.signal);
    }
    const publications = openPublications({ session, signal: request.signal });
    const [published] = await publications.runs(catalog.identity.uuid, 1).catch((error: unknown) => {
      // an org without our metadata shows no runs
      if (error instanceof Failure) return [];
      throw error;
    });
    await publications.close();
    return { catalog, org, storage, log, publishedRun: published?.run ?? 0 };
  });
}

async function copyOf(from: string, to: string): Promise<void> {
  const { openForReading } = await import('../catalog/database.ts');
  const db = openForReading(from);
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}

/** Nothing is deleted: an older catalog stays beside the new one. */
async function moveAside(file: string): Promise<void> {
  const mark = `.before-recover-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) await rename(file + suffix, `${file}${mark}${suffix}`);
  }
}
