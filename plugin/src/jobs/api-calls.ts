/** One read of current values takes so many ids. */
export const idsPerRead = 2_000;

/** How jobs are cut, and what each costs besides reading its rows. */
export type JobCost = { readonly rowsPerJob: number; readonly callsPerJob: number };

/** API calls that writing so many rows takes: each row is read before and after, in every job on its own. */
export function updateCalls(rows: number, { rowsPerJob, callsPerJob }: JobCost): number {
  const whole = Math.floor(rows / rowsPerJob);
  const rest = rows % rowsPerJob;
  return whole * (callsPerJob + readCalls(rowsPerJob)) + (rest === 0 ? 0 : callsPerJob + readCalls(rest));
}

/** Values just before, and the read-back. */
export function readCalls(rows: number): number {
  return 2 * Math.ceil(rows / idsPerRead);
}

/** A job is made, uploaded and closed; then it is asked after, for so long. */
export function expectedCallsPerJob(seconds: number): number {
  return 3 + polls(seconds);
}

/** How often a job of this many seconds is asked after: after 1, 2, 4, 8, 16 and then every 20 seconds. */
function polls(seconds: number): number {
  let asked = 1;
  for (let [at, wait] = [0, 1]; at < seconds; at += wait, wait = Math.min(20, wait * 2)) asked += 1;
  return asked;
}
