import type { DocumentState } from '../../model/document-state.ts';
import type { RunStatus } from '../../model/run.ts';

/** What the report calls a state, for readers who have never typed a command. */
export const stateLabel: Readonly<Record<DocumentState, string>> = {
  broken: 'Our link, which opens nothing',
  switched: 'Open from your bucket',
  verified: 'Verified copy',
  copied: 'Copied, not verified',
  discovered: 'Waiting to be copied',
  changed: 'Changed since the backup',
  failed: 'Failed',
  missing: 'Missing at the vendor',
  denied: 'Access denied by the vendor',
  archived: 'Archived at the vendor',
  skipped: 'Skipped by a rule',
  deleted: 'Record deleted',
};

/** Colors by meaning; each has a contrast of 3:1 or more against the page in light and in dark. */
export const stateColor: Readonly<Record<DocumentState, string>> = {
  broken: 'var(--c-broken)',
  switched: 'var(--c-switched)',
  verified: 'var(--c-verified)',
  copied: 'var(--c-copied)',
  discovered: 'var(--c-waiting)',
  changed: 'var(--c-changed)',
  failed: 'var(--c-failed)',
  missing: 'var(--c-missing)',
  denied: 'var(--c-denied)',
  archived: 'var(--c-archived)',
  skipped: 'var(--c-skipped)',
  deleted: 'var(--c-deleted)',
};

export const runStatusLabel: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  completed_with_failures: 'Completed with failures',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
  failed: 'Failed',
};
