import { bytes, count, countOf, duration, share } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import type { Analysis } from '../../analyze/analysis-result.ts';
import type { Range } from '../../analyze/estimates.ts';

/** Requests, calls, money and time of both phases, and what that is of the org's limits. */
export function phaseLines({ phases }: Analysis): string[] {
  const { backup, switch: phase2, verify, limits } = phases;
  const seconds = (range: Range | undefined): string =>
    range === undefined
      ? 'not measured'
      : `about ${duration(range.likely * 1000)} (${duration(range.low * 1000)} to ${duration(range.high * 1000)})`;
  const money = (range: Range | undefined): string =>
    range === undefined ? 'sizes not known' : `${usd(range.likely)} (${usd(range.low)} to ${usd(range.high)})`;
  return [
    ...textTable(
      ['', 'phase 1: backup', 'phase 2: switch'],
      [
        ['documents', count(backup.documents), withRange(phase2.documents)],
        [
          'bytes',
          backup.bytes === undefined
            ? 'not known'
            : `${bytes(backup.bytes.likely)} (${bytes(backup.bytes.low)} to ${bytes(backup.bytes.high)})`,
          'none',
        ],
        ['time', seconds(backup.seconds), seconds(phase2.seconds)],
        ['Salesforce API calls', count(backup.apiCalls), count(phase2.apiCalls)],
        [
          'Bulk API jobs',
          `${count(backup.bulkQueryJobs)} query`,
          `${count(phase2.bulkJobs)} of at most ${count(phase2.rowsPerJob)} rows`,
        ],
        ['PUT and COPY requests', count(backup.requests.put), count(phase2.requests.put)],
        ['GET and HEAD requests', count(backup.requests.get), count(phase2.requests.get)],
        ['requests to other servers', count(backup.requests.other), count(phase2.requests.other)],
        ['requests cost (yours and the vendor’s)', usd(backup.requests.usd), usd(phase2.requests.usd)],
        ['storage costs a month (yours)', money(backup.storageUsdPerMonth), 'nothing more'],
        [
          'transfer out costs at most (the vendor’s)',
          backup.transferUsdAtMost === undefined ? 'sizes not known' : usd(backup.transferUsdAtMost),
          'nothing',
        ],
      ],
    ),
    `A verification in between (HEAD of both sides) takes ${count(verify.requests.get)} requests: ${usd(verify.requests.usd)}.`,
    `Phase 2 supposes ${phase2.secondsPerJob.low} to ${phase2.secondsPerJob.high} s for a job.`,
    ...(limits.length === 0
      ? []
      : [
          '',
          ...textTable(
            ['limit of the org in 24 h', 'limit', 'left now', 'phase 1', 'phase 2', 'of the limit'],
            limits.map((limit) => [
              limit.name,
              count(limit.max),
              count(limit.remaining),
              count(limit.backup),
              count(limit.switch),
              share(limit.backup + limit.switch, limit.max),
            ]),
            { right: [1, 2, 3, 4, 5] },
          ),
          ...limits
            .filter(({ backup: first, switch: second, remaining }) => first + second > remaining)
            .map(({ name, remaining }) => `  ${name}: more than the ${countOf(remaining, 'call')} left today.`),
        ]),
  ];
}

function withRange({ likely, low, high }: Range): string {
  return `${count(likely)} (${count(low)} to ${count(high)})`;
}

function usd(value: number): string {
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
