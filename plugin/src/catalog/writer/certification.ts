import type { Certification } from '../certification.ts';
import type { Synchronous } from '../synchronous.ts';
import { documentState } from '../../model/document-state.ts';
import type { WriterContext } from './transactions.ts';

/** What certifying writes down. */
export function certification({
  tables,
  write,
  now,
}: WriterContext): Pick<Synchronous<Certification>, 'recordDecisions'> {
  const { documents, decisions } = tables;
  return {
    recordDecisions: (given) =>
      write(() => {
        for (const decision of given) {
          const found = documents.find(decision.document);
          if (found === undefined) throw new Error(`The catalog has no document ${decision.document}.`);
          const { document } = found;
          decisions.insert(decision, { revision: document.revision, state: documentState(document) }, now());
        }
        return given.length;
      }),
  };
}
