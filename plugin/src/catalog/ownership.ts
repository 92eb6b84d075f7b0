/** What this catalog knows of its ownership of the bucket's files, and of its snapshots there. */
export type Ownership = OwnershipReader & {
  /** Before the bucket is told: from then on either of the two tokens is ours. On the disk when it resolves. */
  ownershipIsClaimed(nextToken: string): Promise<void>;
  /** The bucket holds the token that was claimed with. On the disk when it resolves. */
  ownershipIsTaken(taken: { readonly epoch: number; readonly token: string }): Promise<void>;
  snapshotTaken(snapshot: SnapshotNote): Promise<void>;
  /** Why the newest snapshot could not be written; the one before it stays known. */
  snapshotFailed(message: string): Promise<void>;
};

export type OwnershipReader = {
  ownership(): Promise<OwnershipNote>;
};

export type OwnershipNote = {
  /** Of the last command that owned the bucket's files; 0: none ever did. */
  readonly epoch: number;
  /** What the bucket may hold if this catalog is its newest; none: it never owned the bucket, or is a copy. */
  readonly tokens: readonly string[];
  readonly snapshot: SnapshotNote | undefined;
  readonly snapshotError: string | undefined;
};

export type SnapshotNote = {
  readonly key: string;
  /** When the copy of the catalog was made, milliseconds since 1970. */
  readonly at: number;
  /** Compressed. */
  readonly bytes: number;
};
