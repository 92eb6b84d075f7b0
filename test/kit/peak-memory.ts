import { readFileSync } from 'node:fs';

/**
 * The most memory this process has had, in MB. Not `resourceUsage().maxRSS`, which begins with what the process had that
 * started this one: between fork and exec it counts as the child's.
 */
export function peakRssMb(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // no /proc here
  }
  return process.resourceUsage().maxRSS / 1024;
}
