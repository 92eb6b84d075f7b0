import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { checkBinding } from '../catalog/binding.ts';
import type { CatalogBinding } from '../catalog/port.ts';
import { checkCopy } from '../catalog/check-copy.ts';
import { schemaVersion } from '../catalog/schema.ts';
import { Failure } from '../model/failure.ts';
import type { KnownFailureCode } from '../model/failure-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { frameHeadBytes, skippableMagic, type SnapshotManifest } from './snapshot-file.ts';
import type { ListedSnapshot } from './snapshot-list.ts';

/** A manifest has some hundred bytes. */
const longestManifest = 64 * 1024;
/** Bytes of a catalog of forty million documents; whatever says that it is larger is not ours. */
const largestCatalog = 64 * 2 ** 30;
/** Ours ask for 2 MiB; a hostile file could ask for gigabytes of memory. */
const largestWindowLog = 23;

/**
 * Unpacks a snapshot into a new file. It is believed only as far as it is proved: the manifest must fit the name it lies
 * under and this migration, no more than the manifest's bytes are written, and they must have its checksum and be a whole
 * catalog of a version that this one reads. Where it goes is never taken from it.
 * @throws Failure `snapshot-damaged` or `catalog-newer` (try an older one), `catalog-bound-elsewhere`, or the store's own
 */
export async function readSnapshot(
  { storage, signal }: { readonly storage: Pick<Storage, 'readTarget'>; readonly signal: AbortSignal },
  listed: ListedSnapshot,
  binding: CatalogBinding,
  file: string,
): Promise<SnapshotManifest> {
  const source = storage.readTarget(listed.key, signal)[Symbol.asyncIterator]();
  const { manifest, rest } = await head(source, listed);
  checkBinding(manifest.binding, binding);
  if (manifest.schemaVersion > schemaVersion) {
    throw refused(
      listed,
      `a newer version of this plugin wrote it (schema ${manifest.schemaVersion})`,
      'catalog-newer',
    );
  }
  await requireRoom(file, manifest, listed);
  await unpack(listed, { source, rest, manifest }, file);
  checkCopy(file, { uuid: manifest.catalog, binding }, (why) => refused(listed, why));
  return manifest;
}

type Source = AsyncIterator<Buffer>;

/** The manifest, and what of the bytes behind it has been read already. */
async function head(source: Source, listed: ListedSnapshot): Promise<{ manifest: SnapshotManifest; rest: Buffer }> {
  let bytes: Buffer = Buffer.alloc(0);
  const fill = async (wanted: number): Promise<void> => {
    while (bytes.length < wanted) {
      const next = await source.next();
      if (next.done === true) throw refused(listed, 'it ends within its head');
      bytes = Buffer.concat([bytes, next.value]);
    }
  };
  await fill(frameHeadBytes);
  const length = bytes.readUInt32LE(4);
  if (bytes.readUInt32LE(0) !== skippableMagic || length > longestManifest) throw refused(listed, 'it has no manifest');
  await fill(frameHeadBytes + length);
  const manifest = manifestIn(bytes.subarray(frameHeadBytes, frameHeadBytes + length).toString());
  if (manifest === undefined) throw refused(listed, 'its manifest makes no sense');
  if (manifest.catalog !== listed.catalog || manifest.epoch !== listed.epoch || manifest.at !== listed.at) {
    throw refused(listed, 'its manifest does not fit its name');
  }
  return { manifest, rest: Buffer.from(bytes.subarray(frameHeadBytes + length)) };
}

function manifestIn(text: string): SnapshotManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { catalog, binding, epoch, schemaVersion: version, at, size, sha256 } = value as Record<string, unknown>;
  const isText = [catalog, at, sha256].every((part) => typeof part === 'string');
  const isNumber = [epoch, version, size].every((part) => Number.isSafeInteger(part) && (part as number) > 0);
  const isBound = typeof binding === 'object' && binding !== null;
  return isText && isNumber && isBound ? (value as SnapshotManifest) : undefined;
}

async function requireRoom(file: string, { size }: SnapshotManifest, listed: ListedSnapshot): Promise<void> {
  if (size > largestCatalog) throw refused(listed, `it says that it unpacks to ${size} bytes`);
  const { bavail, bsize } = await statfs(dirname(file));
  if (size <= bavail * bsize) return;
  throw new Failure(`The snapshot unpacks to ${size} bytes; ${dirname(file)} has room for ${bavail * bsize}.`, {
    code: 'catalog-disk-full',
    actions: ['Free some space there, or name another file for the catalog in migration.json'],
  });
}

async function unpack(
  listed: ListedSnapshot,
  { source, rest, manifest }: { source: Source; rest: Buffer; manifest: SnapshotManifest },
  file: string,
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  const zstd = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: largestWindowLog } });
  const checked = async function* (unpacked: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of unpacked) {
      size += bytes.length;
      if (size > manifest.size)
        throw refused(listed, `it unpacks to more than the ${manifest.size} bytes that it says`);
      hash.update(bytes);
      yield bytes;
    }
  };
  try {
    await pipeline(
      Readable.from(behind(rest, source)),
      zstd,
      checked,
      createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    const isZstd = error instanceof Error && 'code' in error && /^(ZSTD_|ERR_|Z_)/.test(String(error.code));
    throw isZstd ? refused(listed, `it cannot be unpacked (${error.message})`) : error;
  }
  if (size !== manifest.size) throw refused(listed, `it unpacks to ${size} of the ${manifest.size} bytes that it says`);
  if (hash.digest('hex') !== manifest.sha256) throw refused(listed, 'its checksum is another one');
}

async function* behind(rest: Buffer, source: Source): AsyncGenerator<Buffer> {
  if (rest.length > 0) yield rest;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    // the reader uses its memory again
    yield Buffer.from(next.value);
  }
}

function refused({ key }: ListedSnapshot, why: string, code: KnownFailureCode = 'snapshot-damaged'): Failure {
  return new Failure(`The snapshot ${key} is not used: ${why}.`, {
    code,
    failureClass: 'stop',
    actions: [
      code === 'catalog-newer' ? 'sf plugins update' : 'Find out who changed it; older snapshots lie beside it',
    ],
  });
}
