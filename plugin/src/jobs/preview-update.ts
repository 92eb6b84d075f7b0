import type { DocumentId } from '@file-migration/config';
import type { Org } from '../org/port.ts';
import type { Intent } from './update-context.ts';
import { readLinks, type LinkFieldNames } from './link-fields.ts';
import { sortIntents } from './sort-intents.ts';

/** What would become of documents if they were written now. */
export type UpdatePreview = {
  readonly write: number;
  /** Somebody changed them: they would be skipped. */
  readonly changed: number;
  readonly absent: number;
  /** They hold a link of ours that the journal has not written, and would keep it. */
  readonly unjournaled: number;
  /** They hold what would be written. */
  readonly already: number;
  /** The first that would be skipped. */
  readonly changedExamples: readonly DocumentId[];
};

const mostExamples = 20;

/** Reads what the records hold now, as a job would just before it writes; writes nothing. */
export async function previewUpdate(
  org: Org,
  names: LinkFieldNames,
  batches: AsyncIterable<readonly Intent[]>,
  signal: AbortSignal,
): Promise<Omit<UpdatePreview, 'unjournaled'>> {
  const preview = { write: 0, changed: 0, absent: 0, already: 0, changedExamples: [] as DocumentId[] };
  for await (const batch of batches) {
    signal.throwIfAborted();
    const found = await readLinks(
      org,
      names,
      batch.map(({ document }) => document),
    );
    const { write, conflicts, absent, already } = sortIntents(batch, found);
    preview.write += write.length;
    preview.changed += conflicts.length;
    preview.absent += absent.length;
    preview.already += already.length;
    const room = mostExamples - preview.changedExamples.length;
    preview.changedExamples.push(...conflicts.slice(0, room).map(({ document }) => document));
  }
  return preview;
}
