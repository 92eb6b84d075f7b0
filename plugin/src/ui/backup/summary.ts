import { bytes, count, countOf, duration } from '../../format/quantity.ts';
import type { BackupResult } from '../../backup/backup.ts';
import { factLines, type Fact } from '../format/facts.ts';

const ended: Readonly<Record<BackupResult['status'], string>> = {
  completed: 'completed',
  completed_with_failures: 'completed with failures',
  stopped: 'stopped',
};

/** The end of a backup in a few lines; every figure is the catalog's. */
export function backupSummary({ run, runId, mode, seconds, sweep, changedAtSource, status }: BackupResult): string[] {
  const rate = seconds > 0 ? Math.round(run.processed / seconds) : 0;
  const facts: Fact[] = [
    [
      'read from the org',
      `${countOf(run.discovered, 'document')}: ${count(run.created)} new, ${count(run.replaced)} with another URL, ${count(run.unchanged)} unchanged, ${count(run.deleted)} deleted`,
    ],
    ['processed', countOf(run.processed, 'document'), `${count(rate)} per second`],
    ['  verified', count(run.verified)],
    ['  copied', count(run.copied), run.copied > 0 ? 'evidence below backup.minimumEvidence' : undefined],
    ...(['skipped', 'missing', 'denied', 'archived', 'failed'] as const).map(
      (state) => [`  ${state}`, count(run[state])] as const,
    ),
    ['copied bytes', bytes(run.bytesCopied)],
  ];
  if (changedAtSource > 0) {
    facts.push(['changed at source', countOf(changedAtSource, 'document'), 'queued as the next revision']);
  }
  if (run.retried > 0) facts.push(['retries', count(run.retried)]);
  if (sweep !== undefined) {
    facts.push([
      'absent from the org',
      `${count(sweep.deleted)} deleted, ${count(sweep.lateSeen)} still present (found by Id)`,
    ]);
  }
  return [`Run ${runId} (${mode}) ${ended[status]} after ${duration(seconds * 1000)}.`, ...factLines(facts)];
}
