import type { JobWindows } from '../catalog/journal.ts';
import { countOf, duration } from '../format/quantity.ts';

/** How long an edit could fall between our read and our write where no guard compares in the org, as a clause. */
export function windowWords(windows: JobWindows | undefined): string {
  if (windows === undefined) return 'how long that window is will be known after the first job';
  const { jobs, medianMs, longestMs } = windows;
  return `in the last ${countOf(jobs, 'job')} that window was ${duration(medianMs)} long (median; the longest ${duration(longestMs)})`;
}
