import type Database from 'better-sqlite3';
import type { OwnershipNote, SnapshotNote } from '../ownership.ts';

type Row = {
  epoch: number;
  token: string | null;
  next_token: string | null;
  snapshot_key: string | null;
  snapshot_at: number | null;
  snapshot_bytes: number | null;
  snapshot_error: string | null;
};

/** All SQL on the one row of `ownership`. */
export type OwnershipTable = ReturnType<typeof ownershipTable>;

export function ownershipTable(db: Database.Database) {
  const read = db.prepare<[], Row>('SELECT * FROM ownership');
  const claim = db.prepare<[string]>('UPDATE ownership SET next_token = ?');
  const take = db.prepare<[number, string]>('UPDATE ownership SET epoch = ?, token = ?, next_token = NULL');
  const note = db.prepare<[string, number, number]>(
    'UPDATE ownership SET snapshot_key = ?, snapshot_at = ?, snapshot_bytes = ?, snapshot_error = NULL',
  );
  const failed = db.prepare<[string]>('UPDATE ownership SET snapshot_error = ?');
  return {
    read(): OwnershipNote {
      const row = read.get();
      if (row === undefined) throw new Error('The catalog has no row of its ownership.');
      return {
        epoch: row.epoch,
        tokens: [row.token, row.next_token].filter((token) => token !== null),
        snapshot: snapshotOf(row),
        snapshotError: row.snapshot_error ?? undefined,
      };
    },
    claim: (nextToken: string): void => {
      claim.run(nextToken);
    },
    take: (epoch: number, token: string): void => {
      take.run(epoch, token);
    },
    snapshotTaken: ({ key, at, bytes }: SnapshotNote): void => {
      note.run(key, at, bytes);
    },
    snapshotFailed: (message: string): void => {
      failed.run(message);
    },
  };
}

function snapshotOf({ snapshot_key: key, snapshot_at: at, snapshot_bytes: bytes }: Row): SnapshotNote | undefined {
  return key === null || at === null || bytes === null ? undefined : { key, at, bytes };
}
