import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Catalog, CatalogBinding } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import { masked } from '../model/masked.ts';
import type { Storage } from '../storage/storage.ts';
import { decodeOwner, encodeOwner, ownerName, type OwnerRecord } from './owner-record.ts';

/** Milliseconds for which an owner may go on writing without having seen that it still is one. */
export const ownershipLeaseMs = 15_000;
/** So often an owner looks while its lease lasts. */
const looksPerLease = 3;

export type OwnershipTools = {
  readonly catalog: Pick<Catalog, 'identity' | 'ownership' | 'ownershipIsClaimed' | 'ownershipIsTaken'>;
  readonly storage: Pick<Storage, 'readOwn' | 'replaceOwn'>;
  readonly binding: CatalogBinding;
  /** As the person typed it. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Another lease than {@link ownershipLeaseMs}, for tests. */
  readonly leaseMs?: number;
};

/** The right of one process to write into the bucket and the org; another machine's recovery takes it away. */
export type BucketOwnership = {
  readonly epoch: number;
  /** @throws Failure `catalog-superseded` (stop) when another machine has taken over */
  check(): Promise<void>;
  /** Says that this command has ended: whoever recovers need not wait for it. */
  release(): Promise<void>;
};

/** What stands in the bucket, and how to replace just that. */
export type FoundOwner = { readonly record: OwnerRecord; readonly etag: string };

/** @throws Failure when the bucket cannot be read, or `owner-unreadable` */
export async function readOwner(
  { storage, signal }: Pick<OwnershipTools, 'storage' | 'signal'>,
  binding: CatalogBinding,
): Promise<FoundOwner | undefined> {
  const name = ownerName(binding);
  const found = await storage.readOwn(name, signal);
  return found === undefined ? undefined : { record: decodeOwner(found.body, name), etag: found.etag };
}

/** Says whether this catalog is the newest of those that ever owned the bucket's files. */
export function isNewest(
  { uuid }: Catalog['identity'],
  { tokens }: { readonly tokens: readonly string[] },
  owner: OwnerRecord | undefined,
): boolean {
  return owner === undefined || (owner.catalog === uuid && tokens.includes(owner.token));
}

/**
 * Claims the bucket's files for one command: only a catalog that wrote what stands there may. So neither a machine whose
 * catalog was recovered elsewhere nor an older copy of a catalog writes anything, and of two that try one wins.
 * @throws Failure `catalog-superseded` (stop) when another catalog, or a newer state of this one, owns the files
 */
export async function claimOwnership(tools: OwnershipTools): Promise<BucketOwnership> {
  const { catalog, binding } = tools;
  const found = await readOwner(tools, binding);
  if (!isNewest(catalog.identity, await catalog.ownership(), found?.record)) throw superseded(found?.record);
  return await take(tools, found);
}

/** Takes the bucket's files whoever owned them: what `recover` does. Of two that try one wins. */
export async function seizeOwnership(tools: OwnershipTools): Promise<BucketOwnership> {
  return await take(tools, await readOwner(tools, tools.binding));
}

async function take(tools: OwnershipTools, found: FoundOwner | undefined): Promise<BucketOwnership> {
  const { catalog, storage, binding, signal } = tools;
  const record: OwnerRecord = {
    epoch: Math.max(found?.record.epoch ?? 0, (await catalog.ownership()).epoch) + 1,
    token: randomUUID(),
    catalog: catalog.identity.uuid,
    binding,
    state: 'working',
    host: hostname(),
    command: masked(tools.command),
    since: new Date().toISOString(),
  };
  await catalog.ownershipIsClaimed(record.token);
  const seenAt = performance.now();
  const name = ownerName(binding);
  await storage.replaceOwn({ name, body: encodeOwner(record), replaces: found?.etag }, signal);
  // read whether or not it says that it wrote: an answer can be lost, and a store can know no conditions
  const now = await readOwner(tools, binding);
  if (now?.record.token !== record.token) throw superseded(now?.record);
  await catalog.ownershipIsTaken(record);
  return new Owned(tools, record, seenAt);
}

class Owned implements BucketOwnership {
  readonly #tools: OwnershipTools;
  readonly #record: OwnerRecord;
  readonly #leaseMs: number;
  readonly #looks: NodeJS.Timeout;
  #seenAt: number;
  #lost: Failure | undefined;
  #looking: Promise<void> | undefined;

  constructor(tools: OwnershipTools, record: OwnerRecord, seenAt: number) {
    this.#tools = tools;
    this.#record = record;
    this.#seenAt = seenAt;
    this.#leaseMs = tools.leaseMs ?? ownershipLeaseMs;
    // a look that fails is made again by whoever needs its answer
    this.#looks = setInterval(() => void this.#look().catch(() => undefined), this.#leaseMs / looksPerLease);
    this.#looks.unref();
  }

  get epoch(): number {
    return this.#record.epoch;
  }

  async check(): Promise<void> {
    if (this.#lost === undefined && performance.now() - this.#seenAt >= this.#leaseMs) await this.#look();
    if (this.#lost !== undefined) throw this.#lost;
  }

  async release(): Promise<void> {
    clearInterval(this.#looks);
    const { binding, catalog, storage, signal } = this.#tools;
    const found = await readOwner(this.#tools, binding);
    if (found?.record.token !== this.#record.token) return;
    // another token: a copy of the catalog that was made while this command worked is an older one from now on
    const record: OwnerRecord = { ...found.record, token: randomUUID(), state: 'idle' };
    await catalog.ownershipIsClaimed(record.token);
    const name = ownerName(binding);
    await storage.replaceOwn({ name, body: encodeOwner(record), replaces: found.etag }, signal);
    const now = await readOwner(this.#tools, binding);
    if (now?.record.token === record.token) await catalog.ownershipIsTaken(record);
  }

  /** One look at a time, whoever asks. */
  #look(): Promise<void> {
    this.#looking ??= this.#see().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #see(): Promise<void> {
    const askedAt = performance.now();
    const found = await readOwner(this.#tools, this.#tools.binding);
    if (found?.record.token === this.#record.token) this.#seenAt = askedAt;
    else this.#lost = superseded(found?.record);
  }
}

export function superseded(owner: OwnerRecord | undefined): Failure {
  const who =
    owner === undefined
      ? 'The record of who owns the files in the target bucket is gone'
      : `The files in the target bucket belong to a newer catalog: "${owner.command}" on ${owner.host}, ` +
        `since ${owner.since} (epoch ${owner.epoch})`;
  return new Failure(`${who}. This catalog is another one or an older copy; nothing was written.`, {
    code: 'catalog-superseded',
    actions: [
      'Work on that machine, or make this one the owner: sf migrate files recover',
      'If another migration uses this bucket, give this one a prefix of its own: key.layout in migration.json',
    ],
  });
}
