import { count, countOf, duration } from '../../format/quantity.ts';
import type { UpdatePreview } from '../../jobs/preview-update.ts';
import type { UpdateResult } from '../../jobs/update-documents.ts';
import { factLines, type Fact } from '../format/facts.ts';
import { canaryText } from '../progress/notes.ts';

const done = { switch: 'switched', relink: 'relinked', rollback: 'rolled back' } as const;

/** The end of a run in a few lines; every figure is the journal's. */
export function updateSummary(result: UpdateResult): string[] {
  const { operation, status, confirmed, failed, conflicts, absent, gaveUp } = result;
  const facts: Fact[] = [
    [done[operation], count(confirmed), 'each read back'],
    ['skipped', count(conflicts), 'URL changed since the backup; run backup to pick it up'],
    ['not found or not visible', count(absent)],
    ['failed', count(failed)],
  ];
  if (result.unjournaled > 0) facts.push(unjournaledFact(result.unjournaled));
  if (gaveUp > 0) facts.push(['  of these retryable', count(gaveUp), 'run the same command again']);
  if (result.retried > 0) facts.push(['sent again', countOf(result.retried, 'row'), 'after locks or unfinished jobs']);
  if (result.canary !== undefined) facts.push(['canary', canaryText(result.canary)]);
  if (result.locked > 0 && result.atOnce > 1) facts.push(['parallel jobs', 'reduced after rows met locks']);
  if (result.windowMs > 0) {
    facts.push(['longest window', duration(result.windowMs), 'between reading a value and the end of its job']);
  }
  return [
    `Run ${result.runId} (${operation}) ${status === 'stopped' ? 'stopped' : 'ended'} after ${duration(result.seconds * 1000)}: ${countOf(result.jobs, 'job')}, ${countOf(result.requests, 'request')} to Salesforce.`,
    ...factLines(facts),
    ...(failed > 0 ? ['', 'See why: sf migrate files status --errors'] : []),
  ];
}

/** What a rollback or relink would do. */
export function previewLines(verb: 'roll back' | 'relink', preview: UpdatePreview): string[] {
  return [
    `Plan: ${verb} ${countOf(preview.write, 'document')}. Nothing was written; add --execute to write.`,
    ...factLines([
      ['changed by somebody', count(preview.changed), 'skipped'],
      ['not found or not visible', count(preview.absent)],
      ['nothing to do', count(preview.already)],
      ...(preview.unjournaled > 0 ? [unjournaledFact(preview.unjournaled)] : []),
    ]),
    ...preview.changedExamples.map((document) => `    skipped: ${document}`),
  ];
}

function unjournaledFact(links: number): Fact {
  return ['not in the journal', count(links), 'hold our link, written before this catalog: sf migrate files recover'];
}
