import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

const executable = fileURLToPath(new URL('../../plugin/bin/run.js', import.meta.url));

/** Exit codes that the demo takes for success: its population has missing and denied files on purpose. */
const expected = [0, 68];

/**
 * Prints a command as a person types it, and runs it. With `quiet` its output is swallowed.
 * @throws Error when it ends otherwise than expected
 */
export async function runCommand(
  { folder, environment }: World,
  args: readonly string[],
  { quiet }: { quiet: boolean },
): Promise<void> {
  if (!quiet) process.stdout.write(`\n$ sf migrate files ${args.map(quoted).join(' ')}\n`);
  const child = spawn(process.execPath, [executable, 'migrate', 'files', ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === null || !expected.includes(code)) {
    throw new Error(`"sf migrate files ${args.join(' ')}" ended with ${code ?? 'a signal'}. ${complaint}`);
  }
}

function quoted(argument: string): string {
  return /[^\w./=:@-]/.test(argument) ? `"${argument}"` : argument;
}
