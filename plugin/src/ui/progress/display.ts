import { plainDisplay } from './plain.ts';
import type { ProgressDisplay, ProgressSource } from '../../run/progress.ts';

/**
 * The display that fits where the output goes: stages and a bar on a terminal, plain lines elsewhere, nothing but plain
 * lines on stderr with `--json`. (sf's multi-stage output floods a pipe with thousands of lines.)
 */
export async function progressDisplay(
  title: string,
  stages: readonly string[],
  source: ProgressSource,
  { json }: { json: boolean },
): Promise<ProgressDisplay> {
  if (process.stderr.isTTY && process.stdout.isTTY && !json && process.env.CI === undefined) {
    const { terminalDisplay } = await import('./terminal.ts');
    return terminalDisplay(title, stages, source);
  }
  return plainDisplay(source, (line) => process.stderr.write(`${line}\n`));
}
