import { count, countOf, duration, moment } from '../../format/quantity.ts';
import type { CanaryCost, ProgressNote } from '../../run/progress.ts';

const steps = {
  'read-values': 'reading current values',
  'store-rollback': 'storing rollback lines',
  upload: 'uploading',
} as const;

/** One fact for the end of a progress line. */
export function noteText(note: ProgressNote): string {
  switch (note.kind) {
    case 'discovering':
      return 'discovering documents';
    case 'read-from-org':
      return `${count(note.documents)} read from the org`;
    case 'query':
      return `query: ${note.state}, ${countOf(note.records, 'record')}`;
    case 'retries':
      return countOf(note.documents, 'retry', 'retries');
    case 'paused':
      return `paused for ${duration(note.forMs)}: ${note.reason}`;
    case 'skipped':
      return `${count(note.documents)} skipped (URL changed by somebody)`;
    case 'workers':
      return workersText(note);
    case 'objects-listed':
      return `${countOf(note.objects, 'object')} listed`;
    case 'job-step':
      return `job: ${steps[note.step]}`;
    case 'job':
      return `job: ${note.state}, ${countOf(note.rows, 'row')}`;
    case 'canary-wait':
      return `canary: reading again in ${duration(note.forMs)}`;
    case 'canary':
      return `canary: ${canaryText(note.cost)}`;
    case 'running-since':
      return `running since ${moment(note.at)}`;
  }
}

/** `3 workers with 412 documents in hand, 1 silent` */
function workersText({ working, documents, silent, differing }: Extract<ProgressNote, { kind: 'workers' }>): string {
  const at =
    working === 0 ? 'no worker yet' : `${countOf(working, 'worker')} with ${countOf(documents, 'document')} in hand`;
  const others = [
    ...(silent > 0 ? [`${count(silent)} silent`] : []),
    ...(differing > 0 ? [`${count(differing)} with other settings (see the log)`] : []),
  ];
  return [at, ...others].join(', ');
}

/** `200 rows took 14 API calls (the org counted 25 in that time); about 1,700 more for the rest, 84,000 left today` */
export function canaryText({ rows, calls, orgCounted, restCalls, leftInOrg }: CanaryCost): string {
  const counted = orgCounted === undefined ? '' : ` (the org counted ${count(orgCounted)} in that time)`;
  const left = leftInOrg === undefined ? '' : `, ${count(leftInOrg)} left today`;
  return `${countOf(rows, 'row')} took ${countOf(calls, 'API call')}${counted}; about ${count(restCalls)} more for the rest${left}`;
}
