import { Failure } from '../model/failure.ts';
import { count, share } from '../format/quantity.ts';
import type { Concluded } from './conclude-job.ts';

/** A few bad records are no sign that something is wrong with the org. */
const alwaysAccepted = 10;

/**
 * Stops the run when one permanent error takes too large a share of a job: the org is telling us something. Of what
 * concerns the org's set-up (access, a field), a few rows are a sign too, unless the job has no more than those: the one
 * record that nobody may write would end every later run.
 * @throws Failure `circuit-open` (stop)
 */
export function checkCircuit({ rows, failures }: Pick<Concluded, 'rows' | 'failures'>, errorShareStop: number): void {
  for (const [code, { rows: failed, stops, example, document }] of failures) {
    if (failed <= rows * errorShareStop || (stops ? rows : failed) <= alwaysAccepted) continue;
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
