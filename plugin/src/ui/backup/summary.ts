import { bytes, count, countOf, duration } from '../../format/quantity.ts';
import type { BackupResult } from '../../backup/backup.ts';

/** The end of a backup in a few lines; every figure is the catalog's. */
export function backupSummary({ run, runId, mode, seconds, sweep, changedAtSource, status }: BackupResult): string[] {
  const rate = seconds > 0 ? Math.round(run.processed / seconds) : 0;
  const lines = [
    `Run ${runId} (${mode}) ${words[status]} after ${duration(seconds * 1000)}.`,
    `  read from the org   ${countOf(run.discovered, 'document')}: ${count(run.created)} new, ${count(run.replaced)} with another URL, ${count(run.unchanged)} unchanged, ${count(run.deleted)} deleted`,
    `  processed           ${countOf(run.processed, 'document')} (${count(rate)} a second)`,
    `    verified          ${count(run.verified)}`,
    `    copied            ${count(run.copied)}${run.copied > 0 ? '  (evidence below backup.minimumEvidence)' : ''}`,
    `    skipped           ${count(run.skipped)}`,
    `    missing           ${count(run.missing)}`,
    `    denied            ${count(run.denied)}`,
    `    archived          ${count(run.archived)}`,
    `    failed            ${count(run.failed)}`,
    `  copied bytes        ${bytes(run.bytesCopied)}`,
  ];
  if (changedAtSource > 0) {
    lines.push(`  changed at source   ${countOf(changedAtSource, 'document')}, taken on as the next revision`);
  }
  if (run.retried > 0) lines.push(`  tried again         ${count(run.retried)} times`);
  if (sweep !== undefined) {
    lines.push(
      `  absent from the org ${count(sweep.deleted)} deleted, ${count(sweep.lateSeen)} there after all when asked by id`,
    );
  }
  return lines;
}

const words: Readonly<Record<BackupResult['status'], string>> = {
  completed: 'completed',
  completed_with_failures: 'completed, some documents failed,',
  stopped: 'stopped',
};
