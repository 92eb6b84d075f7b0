import type { UpdateResult } from '../switch/jobs/update-run.ts';
import { stopWith } from './command-error.ts';
import { exitCode } from './exit-code.ts';

/**
 * Ends a command that wrote links: lines, exit code 68 for failures, and 69 with the command to resume when it stopped.
 * @throws the error that carries 69
 */
export function endOfUpdate(
  result: UpdateResult,
  out: { log: (line: string) => void; endWithFailures: () => void; lines: readonly string[]; resume: string },
): UpdateResult {
  for (const line of out.lines) out.log(line);
  if (result.status === 'stopped') {
    throw stopWith(`Stopped: ${result.message ?? ''} Nothing is lost.`, {
      name: 'UpdateStoppedError',
      exitCode: exitCode.stopped,
      actions: [out.resume],
      data: result,
    });
  }
  if (result.status === 'completed_with_failures') out.endWithFailures();
  return result;
}

/** `--wait` in milliseconds; without it there is no end. */
export function waitMs(minutes: number | undefined): number {
  return minutes === undefined ? Infinity : minutes * 60_000;
}
