import type { MigrationConfig } from '@file-migration/config';
import { requestCost, storageCost, transferCost, type Prices, type RequestCost } from '../backup/request-cost.ts';
import { expectedCallsPerJob, readCalls } from '../jobs/api-calls.ts';
import type { OrgLimit } from '../org/org-facts.ts';
import type { ShareEstimate } from '../sampling/binomial.ts';
import type { RequestEstimate } from '../storage/copy-result.ts';
import type { LiveProbe } from './live-probe.ts';
import type { Sizes } from './sizes.ts';

/** A figure with the bounds within which it is expected. */
export type Range = { readonly likely: number; readonly low: number; readonly high: number };

export type PhaseEstimates = {
  readonly prices: Prices;
  readonly backup: BackupEstimate;
  readonly verify: { readonly requests: RequestCost };
  readonly switch: SwitchEstimate;
  readonly limits: readonly LimitUse[];
};

export type BackupEstimate = {
  /** Documents with a source that the filters let through. */
  readonly documents: number;
  /** As `backup --dry-run` counts them. */
  readonly requests: RequestCost;
  readonly apiCalls: number;
  readonly bulkQueryJobs: number;
  readonly bytes: Range | undefined;
  /** US dollars a month for the copies. */
  readonly storageUsdPerMonth: Range | undefined;
  /** US dollars, on the vendor's bill, if the bytes leave Amazon or the region of their bucket. */
  readonly transferUsdAtMost: number | undefined;
  /** Undefined without a live probe. */
  readonly seconds: Range | undefined;
};

export type SwitchEstimate = {
  /** Documents whose copies can be switched to: those that some method reaches. */
  readonly documents: Range;
  readonly bulkJobs: number;
  readonly rowsPerJob: number;
  readonly apiCalls: number;
  /** HEAD requests of the readiness gate, rollback lines. */
  readonly requests: RequestCost;
  readonly seconds: Range;
  /** What the two bounds of `seconds` suppose a job of `rowsPerJob` rows to take. */
  readonly secondsPerJob: { readonly low: number; readonly high: number };
};

/** How much of one of the org's daily limits a phase takes. */
export type LimitUse = {
  readonly name: string;
  readonly max: number;
  readonly remaining: number;
  readonly backup: number;
  readonly switch: number;
};

/** Rows of one page of the document query, and calls around it: job, polls, limits, clock. */
const rowsPerPage = 50_000;
const callsAroundAQuery = 25;
/** Gates, `/limits` before and after the canary, and its re-read. */
const callsAroundASwitch = 30;
const fastestJobSeconds = 15;
/** S3 takes at least so many writes a second under one prefix (facts of Amazon's performance guide). */
const writesPerSecond = 3_500;

export type EstimateInputs = {
  readonly config: MigrationConfig;
  readonly documents: number;
  readonly requests: RequestEstimate;
  readonly sizes: Sizes;
  /** Documents that some method reaches, of the sample. */
  readonly reachable: ShareEstimate;
  readonly probe: LiveProbe | undefined;
  readonly limits: readonly OrgLimit[];
};

export function estimatePhases(inputs: EstimateInputs): PhaseEstimates {
  const { config, documents, reachable, limits } = inputs;
  const backup = estimateBackup(inputs);
  const sampled = reachable.of > 0;
  const switchable: Range = {
    likely: Math.round(documents * (sampled ? reachable.share : 1)),
    low: Math.round(documents * (sampled ? reachable.low : 0)),
    high: Math.round(documents * reachable.high),
  };
  const phase2 = estimateSwitch(config, switchable);
  return {
    prices: config.prices,
    backup,
    // one HEAD on each side
    verify: { requests: requestCost({ put: 0, get: 2 * switchable.likely, other: 0 }, config.prices) },
    switch: phase2,
    limits: limitUses(limits, backup, phase2),
  };
}

function estimateBackup({ config: { prices }, documents, requests, sizes, probe }: EstimateInputs): BackupEstimate {
  const { total } = sizes;
  const bytes = total && { likely: total.mean, low: total.low, high: total.high };
  return {
    documents,
    requests: requestCost(requests, prices),
    apiCalls: callsAroundAQuery + Math.ceil(documents / rowsPerPage),
    bulkQueryJobs: 1,
    bytes,
    storageUsdPerMonth: bytes && {
      likely: storageCost(bytes.likely, prices),
      low: storageCost(bytes.low, prices),
      high: storageCost(bytes.high, prices),
    },
    transferUsdAtMost: bytes && transferCost(bytes.high, prices),
    seconds: probe && backupSeconds(probe, documents, bytes),
  };
}

/**
 * The slower of files and bytes at the rate that was measured by reading; writing goes on meanwhile. If it were as slow
 * and nothing overlapped, it would take twice as long; more in flight can make it faster, down to what S3 takes.
 */
function backupSeconds(probe: LiveProbe, documents: number, bytes: Range | undefined): Range {
  const seconds = (size: number): number =>
    Math.max(documents / probe.documentsPerSecond, size / probe.bytesPerSecond, documents / writesPerSecond);
  return {
    likely: seconds(bytes?.likely ?? 0),
    low: documents / writesPerSecond,
    high: 2 * seconds(bytes?.high ?? 0),
  };
}

function estimateSwitch({ switch: settings, prices }: MigrationConfig, documents: Range): SwitchEstimate {
  const { rowsPerJob, canaryRows, batchSeconds, parallelJobs } = settings;
  const rows = documents.likely;
  const full = Math.max(0, rows - canaryRows);
  const jobs = rows === 0 ? 0 : 1 + Math.ceil(full / rowsPerJob);
  const high = Math.max(batchSeconds, fastestJobSeconds);
  const secondsPerJob = { low: fastestJobSeconds, high };
  const callsPerJob = expectedCallsPerJob((fastestJobSeconds + high) / 2);
  const duration = (each: number): number => (jobs * each) / parallelJobs + settings.canaryRereadMinutes * 60;
  return {
    documents,
    bulkJobs: jobs,
    rowsPerJob,
    apiCalls: rows === 0 ? 0 : callsAroundASwitch + jobs * callsPerJob + readCalls(rows),
    requests: requestCost({ put: jobs, get: rows, other: 0 }, prices),
    seconds: {
      likely: duration((fastestJobSeconds + high) / 2),
      low: duration(fastestJobSeconds),
      high: duration(high),
    },
    secondsPerJob,
  };
}

function limitUses(limits: readonly OrgLimit[], backup: BackupEstimate, phase2: SwitchEstimate): LimitUse[] {
  const uses: readonly (readonly [name: string, backup: number, phase2: number])[] = [
    ['DailyApiRequests', backup.apiCalls, phase2.apiCalls + callsAroundAQuery],
    ['DailyBulkV2QueryJobs', backup.bulkQueryJobs, 1],
    ['DailyBulkApiBatches', 0, phase2.bulkJobs],
  ];
  return uses.flatMap(([name, first, second]) => {
    const limit = limits.find((each) => each.name === name);
    return limit === undefined ? [] : [{ ...limit, backup: first, switch: second }];
  });
}
