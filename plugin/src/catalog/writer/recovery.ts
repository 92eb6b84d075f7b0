import type { DocumentId } from '@file-migration/config/contract';
import type { AdoptedCopies, FoundCopy, Recovery } from '../recovery.ts';
import { foundCopy } from '../rules/found-copy.ts';
import type { Synchronous } from '../synchronous.ts';
import type { Change, WriterContext } from './transactions.ts';

/** What `recover` writes: copies, links and numbers of a catalog that was lost. */
export function recovery(context: WriterContext): Synchronous<Recovery> {
  const { tables, write, durably, now } = context;
  return {
    numbersFollow: ({ run, job }) =>
      durably(() => {
        tables.runs.numbersFollow(run);
        tables.updateJobs.numbersFollow(job);
      }),

    unexplainedKeys: (keys) => keys.filter((key) => !isExplained(tables, key)),

    adoptCopies: (run, copies) =>
      write((change) => {
        const adopted = adoptAll(context, change, copies);
        tables.runs.add(run, { processed: adopted.adopted, copied: adopted.adopted }, now());
        return adopted;
      }),

    rebuildJournal: (run, links) => durably(() => tables.urlUpdates.rebuild(run, links, now())),
  };
}

/** A key that was rendered, or read off a record, says nothing of a copy yet. */
function isExplained({ documents, revisions }: WriterContext['tables'], key: string): boolean {
  const owner = documents.find((key.split('/').at(-2) ?? '') as DocumentId)?.document;
  if (owner?.key === key) return owner.copy === 'copied' || owner.copy === 'verified';
  return documents.hasKey(key) || revisions.hasKey(key);
}

function adoptAll({ tables, now }: WriterContext, change: Change, copies: readonly FoundCopy[]): AdoptedCopies {
  let adopted = 0;
  let past = 0;
  const undecided: { key: FoundCopy['key']; reason: AdoptedCopies['undecided'][number]['reason'] }[] = [];
  for (const copy of copies) {
    const found = tables.documents.find(copy.document);
    if (found === undefined) {
      undecided.push({ key: copy.key, reason: 'no-document' });
      continue;
    }
    const { kind, document, former } = foundCopy(found.document, copy);
    if (kind === 'second-copy' || (former !== undefined && tables.revisions.has(former.id, former.revision))) {
      undecided.push({ key: copy.key, reason: 'second-copy' });
      continue;
    }
    if (former?.key !== undefined) {
      tables.revisions.insert({ ...former, key: former.key }, now());
      if (former.copy === 'copied' || former.copy === 'verified') change.addPastRevision();
    }
    if (kind === 'present') {
      if (found.document.lastError !== undefined) tables.errors.close(found.document.id);
      change.update(found, document, false);
      adopted += 1;
    } else past += 1;
  }
  return { adopted, past, undecided };
}
