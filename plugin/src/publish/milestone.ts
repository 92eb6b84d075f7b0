import type { Snapshot } from '../catalog/publication.ts';

/** Developer names of the records of `File_Migration_Milestone__mdt`, in their order. */
export type Milestone = 'Backup' | 'Verify' | 'Switch' | 'Done';

/** What comes next for the migration as a whole. */
export function milestone({
  counts: { states, remaining },
  isWholeOrgKnown,
}: Pick<Snapshot, 'counts' | 'isWholeOrgKnown'>): Milestone {
  if (!isWholeOrgKnown || remaining > 0) return 'Backup';
  if (states.copied > 0) return 'Verify';
  return states.verified > 0 ? 'Switch' : 'Done';
}
