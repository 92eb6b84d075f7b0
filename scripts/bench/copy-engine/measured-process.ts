import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Measured = {
  /** Of the whole process, from start to exit. */
  readonly seconds: number;
  /** User and system time of the whole process and its children. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly stdout: string;
};

/**
 * Runs a program and measures it as the system sees it: CPU by bash's `time`, peak memory from /proc.
 * @throws when the program fails
 */
export async function measuredProcess(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const startedAt = performance.now();
  // bash replaces nothing by itself here: the program and its arguments come as "$@".
  const child = spawn('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...command], { env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let peakKb = 0;
  const watch = setInterval(() => (peakKb = Math.max(peakKb, peakOfChildren(child.pid ?? 0))), 50);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(stderr);
  if (code !== 0 || cpu === null)
    throw new Error(`${command.join(' ')} ended with ${String(code)}: ${stderr.slice(-2000)}`);
  return { seconds, cpuSeconds: Number(cpu[1]) + Number(cpu[2]), peakRssMb: peakKb / 1024, stdout };
}

/** The kernel keeps the peak itself, so that looking now and then is enough. */
function peakOfChildren(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return Math.max(
      0,
      ...children.map((child) =>
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0),
      ),
    );
  } catch {
    return 0;
  }
}
