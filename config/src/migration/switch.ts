import { share, wholeNumber } from './fields.ts';
import { z } from './zod.ts';

const gates = z.strictObject({
  minimumEvidence: z
    .enum(['A', 'B', 'C', 'D'])
    .default('D')
    .describe('Every document in the wave has at least this evidence; size alone (E) is never enough.'),
  headMaximumAgeHours: wholeNumber(1, 168)
    .default(24)
    .describe('Source and target were seen equal to the catalog within so many hours.'),
  backupMaximumAgeHours: wholeNumber(1, 720).default(24).describe('The last complete backup is not older, in hours.'),
  driftMaximumShare: share
    .default(0.01)
    .describe('At most this share of the documents was written by the vendor since the last backup.'),
  permittedUsersMinimumShare: share
    .default(1)
    .describe('At least this share of the active users who can see documents has the permission set.'),
  redirectSample: wholeNumber(1, 1000).default(20).describe('So many documents are opened through the redirect.'),
  journalFreeMb: wholeNumber(1, 1_000_000).default(1024).describe('Least free disk space beside the catalog, in MiB.'),
});

/** Phase 2: thresholds of the readiness gates, and how the org is written. */
export const switchSection = z.strictObject({
  gates: gates.prefault({}).describe('Thresholds of the readiness gates.'),
  waveDocuments: wholeNumber(1, 100_000_000)
    .nullable()
    .default(null)
    .describe('Most documents that one switch --execute takes on, accounts kept whole; null for all that are ready.'),
  canaryRows: wholeNumber(1, 2000).default(200).describe('Rows of the first execute, read back before anything else.'),
  canaryRereadMinutes: wholeNumber(0, 120)
    .default(5)
    .describe('When the canary is read a second time, in minutes: some automation restores URLs late.'),
  rowsPerJob: wholeNumber(1, 10_000)
    .default(10_000)
    .describe('Most rows of a Bulk API job: above 10,000 Salesforce splits it and runs the parts in parallel.'),
  batchSeconds: wholeNumber(5, 300)
    .default(120)
    .describe('Job sizes adapt so that the org works on one for at most so many seconds.'),
  parallelJobs: wholeNumber(1, 10).default(1).describe('Jobs at a time; more than one risks row locks.'),
  errorShareStop: share
    .default(0.05)
    .describe(
      'The run stops when one permanent error takes a larger share of a job: the org is telling you something.',
    ),
});
