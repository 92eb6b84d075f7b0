import type { CopyOutcome } from '../model/copy-outcome.ts';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { count } from '../format/quantity.ts';

/** So many equal refusals in a row, and no copy ever, are a fault of the set-up and not of the documents. */
const limit = 100;

/** Stops a run that would mark a million documents as denied because one permission is wrong. */
export class RefusalBreaker {
  #anyCopied = false;
  #code: FailureCode | undefined;
  #inARow = 0;

  /** @throws Failure `everything-refused` (stop) */
  take(outcome: CopyOutcome): void {
    if (this.#anyCopied) return;
    if (outcome.kind === 'copied') this.#anyCopied = true;
    if (outcome.kind !== 'denied' && outcome.kind !== 'failed') return;
    this.#inARow = outcome.code === this.#code ? this.#inARow + 1 : 1;
    this.#code = outcome.code;
    if (this.#inARow < limit) return;
    throw new Failure(
      `The first ${count(limit)} documents all ended in the same way (${outcome.code}): ${outcome.message} ` +
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
}
