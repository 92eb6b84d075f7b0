import { OWNER_FOLDER } from '@file-migration/config/contract';
import type { CatalogBinding } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';

/** Who owns the files of one migration, as it stands in the bucket; it holds no secret. */
export type OwnerRecord = {
  /** One more with each command that owned the files: snapshots are newer where it is higher. */
  readonly epoch: number;
  /** Of the command that wrote it. */
  readonly token: string;
  /** UUID of the catalog. */
  readonly catalog: string;
  readonly binding: CatalogBinding;
  /** Whether that command was still at work when it was last heard of. */
  readonly state: 'working' | 'idle';
  readonly host: string;
  /** Without secrets, as it was typed. */
  readonly command: string;
  /** ISO 8601. */
  readonly since: string;
};

/** Below the bucket's prefix: migrations of several orgs or objects into one prefix have an owner each. */
export function ownerName(binding: CatalogBinding): string {
  return `${OWNER_FOLDER}${migrationName(binding)}.json`;
}

/** Names one migration within a bucket's prefix; ids and API names need no escapes. */
export function migrationName({ organizationId, object, urlField }: CatalogBinding): string {
  return `${organizationId}/${object}.${urlField}`;
}

export function encodeOwner(record: OwnerRecord): Buffer {
  return Buffer.from(`${JSON.stringify({ format: 1, ...record }, undefined, 2)}\n`);
}

/** @throws Failure `owner-unreadable` (stop): whoever cannot read who owns the files does not write there */
export function decodeOwner(body: Buffer, key: string): OwnerRecord {
  const record = parsed(body);
  if (isOwner(record)) return record;
  throw new Failure(`${key} in the target bucket does not say who owns the files there; nothing was written.`, {
    code: 'owner-unreadable',
    actions: ['Find out who changed that object, put its former version back, and repeat the command'],
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is OwnerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { format, epoch, token, catalog, binding, state, host, command, since } = value as Record<string, unknown>;
  return (
    format === 1 &&
    Number.isSafeInteger(epoch) &&
    [token, catalog, host, command, since].every((text) => typeof text === 'string') &&
    typeof binding === 'object' &&
    binding !== null &&
    (state === 'working' || state === 'idle')
  );
}
