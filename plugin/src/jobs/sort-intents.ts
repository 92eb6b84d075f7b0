import type { DocumentId } from '@file-migration/config';
import type { LinkValues, PlannedUpdate } from '../catalog/journal.ts';
import type { Intent } from './update-context.ts';
import { sameLinks } from './link-fields.ts';

export type SortedIntents = {
  readonly write: PlannedUpdate[];
  readonly conflicts: PlannedUpdate[];
  readonly absent: DocumentId[];
  /** They hold what we want to write. */
  readonly already: DocumentId[];
};

/** Decides for each document, from what its record holds now, whether it is written. */
export function sortIntents(intents: readonly Intent[], found: ReadonlyMap<DocumentId, LinkValues>): SortedIntents {
  const sorts: SortedIntents = { write: [], conflicts: [], absent: [], already: [] };
  for (const { document, revision, expects, after: afterOf, undoes } of intents) {
    const before = found.get(document);
    if (before === undefined) {
      sorts.absent.push(document);
      continue;
    }
    const after = afterOf(before);
    if (sameLinks(before, after)) {
      sorts.already.push(document);
      continue;
    }
    const row = { document, revision, before, after, ...(undoes !== undefined && { undoes }) };
    (expects(before) ? sorts.write : sorts.conflicts).push(row);
  }
  return sorts;
}
