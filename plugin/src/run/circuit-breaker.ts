import type { DocumentId } from '@file-migration/config';
import type { CopyOutcome } from '../model/copy-outcome.ts';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { count, share } from '../format/quantity.ts';

/**
 * When one error of many documents is the set-up's and no longer theirs: the run stops, instead of ending all others in
 * the same way. Documents that come one by one are judged by how many have met the same error in a row, rows of a job by
 * their share of it. Both bounds are further out where a few bad documents are usual.
 */
const inARow = {
  /** No copy has succeeded: nothing says that the set-up was ever right. */
  beforeAnyCopy: 100,
  /** After copies: whole folders of a vendor's may be closed, and are no reason to stop. */
  ofSource: 1_000,
  /** What the target refuses in a row, a moment after it took others, it refuses for a reason that all of them share. */
  ofTarget: 25,
};
/** A few bad rows of a job are no sign that something is wrong with the org, whatever their share. */
const alwaysAcceptedRows = 10;

/** For documents that come one by one. */
export class CircuitBreaker {
  #anyCopied = false;
  #code: FailureCode | undefined;
  #inARow = 0;

  /** @throws Failure `everything-refused` (stop) */
  take(outcome: CopyOutcome): void {
    if (outcome.kind === 'copied') {
      this.#anyCopied = true;
      this.#inARow = 0;
    }
    if (outcome.kind !== 'denied' && outcome.kind !== 'failed') return;
    this.#inARow = outcome.code === this.#code ? this.#inARow + 1 : 1;
    this.#code = outcome.code;
    if (this.#inARow < this.#limit(outcome.code)) return;
    throw new Failure(
      `${count(this.#inARow)} documents in a row ended in the same way (${outcome.code}): ${outcome.message} ` +
        'Going on would only end the others so, too.',
      {
        code: 'everything-refused',
        actions: [
          'See what is wrong: sf migrate files doctor',
          `Then try them again: sf migrate files backup --retry ${outcome.kind}`,
        ],
      },
    );
  }

  #limit(code: FailureCode): number {
    if (code.startsWith('target-')) return inARow.ofTarget;
    return this.#anyCopied ? inARow.ofSource : inARow.beforeAnyCopy;
  }
}

/** Of the rows of a job that failed for good, how many have one code, and an example. */
export type FailureCount = {
  rows: number;
  /** Whether the code concerns the org's set-up: access, a field. */
  readonly stops: boolean;
  readonly example: string;
  readonly document: DocumentId;
};

/**
 * For the rows of a job. Of what concerns the org's set-up a few rows are a sign too, unless the job has no more than
 * those: the one record that nobody may write would end every later run.
 * @param errorShareStop up to this share of a job may fail with one error
 * @throws Failure `circuit-open` (stop)
 */
export function checkCircuit(
  { rows, failures }: { readonly rows: number; readonly failures: ReadonlyMap<FailureCode, FailureCount> },
  errorShareStop: number,
): void {
  for (const [code, { rows: failed, stops, example, document }] of failures) {
    if (failed <= rows * errorShareStop || (stops ? rows : failed) <= alwaysAcceptedRows) continue;
    throw new Failure(
      `${count(failed)} of ${count(rows)} rows of a job (${share(failed, rows)}) failed with ${code}; ` +
        `up to ${share(errorShareStop, 1)} are accepted. For example ${document}: ${example}`,
      {
        code: 'circuit-open',
        actions: [
          'Fix the cause in Salesforce (a validation rule, a trigger, access of the integration user)',
          'Then resume: sf migrate files switch resume',
          'Or undo what was written: sf migrate files rollback --from-database',
        ],
      },
    );
  }
}
