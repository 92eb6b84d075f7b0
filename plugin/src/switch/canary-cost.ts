import { readCalls, updateCalls } from '../jobs/api-calls.ts';
import type { ApiUsage } from '../org/port.ts';
import type { CanaryCost } from '../run/progress.ts';

/** What the canary took, and what the rest of the wave will take by it: a job costs the same, whatever its rows. */
export function canaryCost(
  canary: { readonly rows: number; readonly jobs: number; readonly calls: number },
  rest: { readonly rows: number; readonly rowsPerJob: number },
  { before, after }: { readonly before: ApiUsage | undefined; readonly after: ApiUsage | undefined },
): CanaryCost {
  const { rows, jobs, calls } = canary;
  const callsPerJob = Math.max(0, calls - readCalls(rows)) / Math.max(1, jobs);
  return {
    rows,
    calls,
    restCalls: Math.ceil(updateCalls(rest.rows, { rowsPerJob: rest.rowsPerJob, callsPerJob })),
    ...(before !== undefined && after !== undefined && { orgCounted: Math.max(0, after.used - before.used) }),
    ...(after !== undefined && { leftInOrg: Math.max(0, after.limit - after.used) }),
  };
}
