import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { SNAPSHOT_FOLDER } from '@file-migration/config/contract';
import type { CatalogBinding } from '../catalog/port.ts';
import { migrationName } from '../ownership/owner-record.ts';

/** What stands at the head of a snapshot, so that it is judged before a byte of it is unpacked. */
export type SnapshotManifest = {
  /** UUID of the catalog. */
  readonly catalog: string;
  readonly binding: CatalogBinding;
  /** Of the bucket's owner that wrote it. */
  readonly epoch: number;
  readonly schemaVersion: number;
  /** When the copy of the catalog was complete, ISO 8601. */
  readonly at: string;
  /** Bytes of the database. */
  readonly size: number;
  /** Of the database, hex. */
  readonly sha256: string;
};

/**
 * A snapshot is a zstd file whose first frame is a skippable one (RFC 8878, 3.1.2) with the manifest as JSON: `zstd -d`
 * makes the database out of it, and passes the manifest over.
 */
export const skippableMagic = 0x18_4d_2a_50;
/** Bytes of the skippable frame's head: its magic number and its length. */
export const frameHeadBytes = 8;

/** The folder of one migration's snapshots, below the bucket's prefix. */
export function snapshotFolder(binding: CatalogBinding): string {
  return `${SNAPSHOT_FOLDER}${migrationName(binding)}/`;
}

/** `0000000012-20261128T041530123Z-<uuid>.sqlite.zst`: names sort as snapshots are old. */
export function snapshotFileName({ epoch, at, catalog }: Pick<SnapshotManifest, 'epoch' | 'at' | 'catalog'>): string {
  return `${String(epoch).padStart(10, '0')}-${at.replace(/[-:.]/g, '')}-${catalog}.sqlite.zst`;
}

const fileName =
  /^(\d{10})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.sqlite\.zst$/;

/** What a name tells; undefined for one that this product does not give. */
export function parseSnapshotName(name: string): Pick<SnapshotManifest, 'epoch' | 'at' | 'catalog'> | undefined {
  const found = fileName.exec(name);
  if (found === null) return undefined;
  const [, epoch, year, month, day, hours, minutes, seconds, millis, catalog = ''] = found;
  return { epoch: Number(epoch), at: `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${millis}Z`, catalog };
}

/** The manifest of a database file. */
export async function manifestOf(
  file: string,
  facts: Omit<SnapshotManifest, 'size' | 'sha256'>,
): Promise<SnapshotManifest> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return { ...facts, size: (await stat(file)).size, sha256: hash.digest('hex') };
}

/** The bytes of a snapshot: the manifest, then the database, packed in flat memory. */
export async function* packed(file: string, manifest: SnapshotManifest): AsyncGenerator<Buffer> {
  const json = Buffer.from(JSON.stringify(manifest));
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32LE(skippableMagic, 0);
  head.writeUInt32LE(json.length, 4);
  yield Buffer.concat([head, json]);
  const zstd = createZstdCompress({
    pledgedSrcSize: manifest.size,
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const reading = createReadStream(file, { highWaterMark: 1 << 20 });
  reading.on('error', (error) => zstd.destroy(error));
  for await (const bytes of reading.pipe(zstd)) yield bytes as Buffer;
}
