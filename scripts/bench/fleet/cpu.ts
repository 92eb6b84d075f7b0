import { readFileSync, readdirSync } from 'node:fs';

/** Milliseconds of a clock tick in /proc. */
const tickMs = 10;

/** Milliseconds of CPU that a process has had; 0 once it is gone. */
export function cpuMsOf(pid: number): number {
  const [user = 0, system = 0] = times(pid);
  return tickMs * (user + system);
}

/** The same of a process, its children, and those of its children that have ended. */
export function cpuMsOfFamily(pid: number): number {
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = times(pid);
  const children = childrenOf(pid).reduce((total, child) => total + cpuMsOf(child), 0);
  return tickMs * (user + system + childUser + childSystem) + children;
}

/** Most memory that a process has had, in MB. */
export function peakMbOf(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}

/** utime, stime, cutime, cstime: proc_pid_stat(5). */
function times(pid: number): number[] {
  const text = read(`/proc/${pid}/stat`);
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
