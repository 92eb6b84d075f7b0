import type { RunCounters } from '../../model/run.ts';
import { addCounters } from '../rules/apply-outcome.ts';
import { verified, verifiedCounters } from '../rules/verified.ts';
import type { Synchronous } from '../synchronous.ts';
import type { Verification } from '../verification.ts';
import type { WriterContext } from './transactions.ts';

type Writes = Pick<Synchronous<Verification>, 'beginVerification' | 'recordVerifications' | 'endVerification'>;

/** What verifying writes down: the pass, and what each comparison found. */
export function verification({ tables, write, now }: WriterContext): Writes {
  const { verifications, documents, errors, runs } = tables;
  return {
    beginVerification: (run, pass) => write(() => verifications.begin(pass, run)),

    recordVerifications: (run, outcomes, after) =>
      write((change) => {
        const counters: Partial<Record<keyof RunCounters, number>> = {};
        let recorded = 0;
        for (const one of outcomes) {
          const { id, revision, outcome } = one;
          const found = documents.find(id);
          if (found?.document.revision !== revision) continue;
          recorded += 1;
          verifications.record(one, run, now());
          addCounters(counters, verifiedCounters(outcome));
          if (outcome.kind === 'not-compared') continue;
          change.updateCopy(found, verified(found.document, outcome));
          if (outcome.kind !== 'equal') {
            const { originalUrl } = found.document;
            const { kind: code, message } = outcome;
            errors.add({ run, document: id, code, failureClass: 'skip', message, originalUrl, now: now() });
          } else if (found.document.lastError !== undefined) {
            errors.close(id);
          }
        }
        if (after !== undefined) verifications.move(run, after);
        runs.add(run, counters, now());
        return { recorded, discarded: outcomes.length - recorded };
      }),

    endVerification: (run) => write(() => verifications.end(run)),
  };
}
