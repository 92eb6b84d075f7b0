import { plainDisplay } from './plain-display.ts';
import type { ProgressDisplay, ProgressSource } from './progress.ts';

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
    const { terminalDisplay } = await import('./terminal-display.ts');
    return terminalDisplay(title, stages, source);
  }
  return plainDisplay(source, (line) => process.stderr.write(`${line}\n`));
}
