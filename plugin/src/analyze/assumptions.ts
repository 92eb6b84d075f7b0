import type { MigrationConfig } from '@file-migration/config';
import type { LiveProbe } from './live-probe.ts';
import type { ReachResult } from './reach.ts';
import type { Sizes } from './sizes.ts';

/** What the figures rest on, as sentences. */
export function assumptions(
  config: MigrationConfig,
  { probe, sizes, found }: { probe: LiveProbe | undefined; sizes: Sizes; found: ReachResult },
): string[] {
  const { storageClass } = config.target;
  return [
    'Times of change are those of each record’s last change: earlier ones are not kept by the org.',
    ...(found.looked.length > 0
      ? ['Shares of the sample have 95 % confidence intervals (Clopper-Pearson); the mean size has one by bootstrap.']
      : []),
    ...(found.methods.some(({ denied }) => denied.found > 0)
      ? [
          'Denied may hide missing: without the right to list the bucket S3 answers 403 for a key that does not exist, too.',
        ]
      : []),
    ...(sizes.basis === 'field'
      ? ['Sizes are what the org’s own field says; nobody compared them with the files.']
      : []),
    probe === undefined
      ? 'Without a live probe there is no estimate of the time for phase 1.'
      : `Time for phase 1: files and bytes a second as measured by reading ${probe.read} files with ${probe.inFlight} in flight; their bytes were thrown away and nothing was written. Copies inside the store need not pass through here and can be faster.`,
    'Time for phase 2: the org’s own triggers and flows decide; its canary of 200 rows tells more.',
    `Costs are in US dollars by the prices in migration.json (${config.prices.listed})${storageClass === 'STANDARD' ? '' : `; the target’s class is ${storageClass}`}. Requests to your bucket and its storage are on your bill; requests to the vendor’s bucket, and what is transferred out of it, are on the vendor’s. Within one region no transfer is charged.`,
  ];
}
