import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Storage } from '../storage/storage.ts';
import type { certificateNames } from './certificate.ts';
import { leafHash, MerkleTree } from './merkle-tree.ts';

/** A ledger as it lies in the bucket, with the hashes of its lines beside it. */
export type WrittenLedger = {
  readonly key: string;
  readonly lines: number;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly merkleRoot: string;
  readonly leavesSha256: string;
};

const newline = Buffer.from('\n');
/** Bytes of lines that go on together. */
const chunkBytes = 64 * 1024;

/**
 * Writes lines into one object and their hashes into another, both while the lines come, in flat memory.
 * @throws Failure; what fails on one side ends the other, and then neither object is there unless it was whole
 */
export async function writeLedger(
  storage: Storage,
  lines: AsyncIterable<Buffer>,
  names: ReturnType<typeof certificateNames>,
  signal: AbortSignal,
): Promise<WrittenLedger> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const ending = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const [ledger, leaves] = [new PassThrough(), new PassThrough()];
  const put = (name: string, contentType: string, chunks: PassThrough) =>
    ending(storage.putOwnObject(name, { contentType, chunks }, either));
  const settled = await Promise.allSettled([
    put(names.ledger, 'application/x-ndjson', ledger),
    put(names.leaves, 'application/octet-stream', leaves),
    ending(pour(lines, { ledger, leaves }, either)),
  ]);
  const [stored, storedLeaves, poured] = settled;
  if (stored.status !== 'fulfilled' || storedLeaves.status !== 'fulfilled' || poured.status !== 'fulfilled') {
    signal.throwIfAborted();
    throw failed.signal.reason;
  }
  const { key, size, sha256 } = stored.value;
  return { key, size, sha256, leavesSha256: storedLeaves.value.sha256, ...poured.value };
}

async function pour(
  lines: AsyncIterable<Buffer>,
  { ledger, leaves }: { readonly ledger: PassThrough; readonly leaves: PassThrough },
  signal: AbortSignal,
): Promise<{ readonly lines: number; readonly merkleRoot: string }> {
  const tree = new MerkleTree();
  let [some, hashes, waiting]: [Buffer[], Buffer[], number] = [[], [], 0];
  const pass = async (): Promise<void> => {
    for (const [stream, bytes] of [[ledger, Buffer.concat(some)] as const, [leaves, Buffer.concat(hashes)] as const]) {
      if (!stream.write(bytes)) await once(stream, 'drain', { signal });
    }
    [some, hashes, waiting] = [[], [], 0];
  };
  try {
    for await (const line of lines) {
      const leaf = leafHash(line);
      tree.add(leaf);
      some.push(line, newline);
      hashes.push(leaf);
      waiting += line.length;
      if (waiting >= chunkBytes) await pass();
    }
    if (waiting > 0) await pass();
    ledger.end();
    leaves.end();
    return { lines: tree.leaves, merkleRoot: tree.root() };
  } catch (error) {
    // whoever reads them ends by that
    const reason = error instanceof Error ? error : new Error(String(error));
    ledger.destroy(reason);
    leaves.destroy(reason);
    throw error;
  }
}
