import type { CopyOutcome } from '../model/copy-outcome.ts';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { count } from '../format/quantity.ts';

/** So many equal refusals in a row, and no copy ever, are a fault of the set-up and not of the documents. */
const LIMIT_BEFORE_ANY_COPY = 100;
/** The same after copies: whole folders of a vendor's may be closed, and are no reason to stop. */
const LIMIT_OF_SOURCE = 1000;
/** What the target refuses in a row, a moment after it took others, it refuses for a reason that all of them share. */
const LIMIT_OF_TARGET = 25;

/** Stops a run that would mark a million documents as denied because one permission is wrong, or was taken away. */
export class RefusalBreaker {
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
    if (code.startsWith('target-')) return LIMIT_OF_TARGET;
    return this.#anyCopied ? LIMIT_OF_SOURCE : LIMIT_BEFORE_ANY_COPY;
  }
}
