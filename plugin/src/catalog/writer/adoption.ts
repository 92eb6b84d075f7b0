import { renderKey } from '@file-migration/config/contract';
import type { AdoptedDocument, Adoption } from '../adoption.ts';
import { adopted, isAdoptable, unadopted } from '../rules/adopted.ts';
import type { Synchronous } from '../synchronous.ts';
import type { FoundDocument } from '../tables/document-row.ts';
import type { Change, WriterContext } from './transactions.ts';

type Writes = Pick<Synchronous<Adoption>, 'adoptDocuments' | 'adoptRuns' | 'adoptErrors'>;

/** What `import` writes: rows of another tracking database become ours. */
export function adoption({ tables, layout, write, now }: WriterContext): Writes {
  const { documents, runs, errors } = tables;

  const insert = (change: Change, given: AdoptedDocument): FoundDocument => {
    const { id: recordId, accountId, accountName, name: fileName, originalUrl } = given;
    const key =
      originalUrl === '' ? undefined : renderKey(layout, { recordId, accountId, accountName, fileName, revision: 1 });
    const document = unadopted(given, key);
    return { row: change.insert(document), claimed: false, document };
  };

  return {
    adoptDocuments: (run, given) =>
      write((change) => {
        let taken = 0;
        let copied = 0;
        for (const one of given) {
          const known = documents.find(one.id);
          if (known !== undefined && !isAdoptable(known, one)) continue;
          const found = known ?? insert(change, one);
          taken += 1;
          if (one.copy !== undefined) copied += 1;
          const document = adopted(found.document, one);
          change.update(found, document);
          if (one.copy !== undefined && one.copy.copiedFrom !== one.copy.key) {
            // revision 0: what was there before ours, so that nobody takes it for an object without a document
            tables.revisions.insert({ ...document, revision: 0, key: one.copy.copiedFrom }, now());
            change.addPastRevision();
          }
        }
        runs.add(run, { processed: copied, copied, created: taken }, now());
        return { adopted: taken, kept: given.length - taken };
      }),

    adoptRuns: (given) => write(() => given.filter((run) => runs.adopt(run)).length),

    adoptErrors: (run, given) =>
      write(() => {
        for (const { document, code, message, originalUrl, at } of given) {
          errors.add({ run, document, code, failureClass: 'retry', message, originalUrl, now: at });
          errors.close(document);
        }
        return given.length;
      }),
  };
}
