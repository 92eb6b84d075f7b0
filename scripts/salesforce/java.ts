import { execFile, execFileSync } from 'node:child_process';

export const javaHome = 'java';

/** Whether this machine can run Java programs. */
export function hasJava(): boolean {
  try {
    execFileSync(javaHome, ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a Java program to its end; every exit code is an answer, a program that cannot start throws. */
export function runJava(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done, failed) => {
    const child = execFile(javaHome, [...args], { cwd, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error instanceof Error && child.exitCode === null) failed(error);
      else done({ code: child.exitCode ?? 1, output: `${stdout}\n${stderr}` });
    });
  });
}
