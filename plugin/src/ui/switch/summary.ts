import { count, countOf, duration } from '../../format/quantity.ts';
import type { UpdatePreview } from '../../jobs/preview-update.ts';
import type { UpdateResult } from '../../jobs/update-documents.ts';
import type { CanaryCost } from '../../jobs/wave-writer.ts';

const words = { switch: 'switched', relink: 'relinked', rollback: 'rolled back' } as const;

/** The end of a run in a few lines; every figure is the journal's. */
export function updateSummary(result: UpdateResult): string[] {
  const { operation, status, confirmed, failed, conflicts, absent, gaveUp } = result;
  const lines = [
    `Run ${result.runId} (${operation}) ${status === 'stopped' ? 'stopped' : 'ended'} after ${duration(result.seconds * 1000)}; ${countOf(result.jobs, 'job')}, ${countOf(result.requests, 'request')} to Salesforce.`,
    `  ${words[operation].padEnd(20)}${count(confirmed)}, each read back`,
    `  left alone          ${count(conflicts)}  (somebody changed the URL; the next backup takes it in)`,
    `  gone or hidden      ${count(absent)}`,
    `  failed              ${count(failed)}`,
  ];
  if (gaveUp > 0) lines.push(`    of them locked    ${count(gaveUp)}  (run the same command again)`);
  if (result.retried > 0)
    lines.push(`  sent again          ${countOf(result.retried, 'row')}, after locks or unfinished jobs`);
  if (result.canary !== undefined) lines.push(`  canary              ${canaryWords(result.canary)}`);
  if (result.locked > 0 && result.atOnce > 1)
    lines.push('  jobs at a time      fewer than asked for, after rows had met locks');
  if (result.windowMs > 0) {
    lines.push(`  longest window      ${duration(result.windowMs)} between reading a value and the end of its job`);
  }
  if (failed > 0) lines.push('See: sf migrate files status --errors');
  return lines;
}

/** `200 rows took 14 API calls (the org counted 25 in that time); about 1,700 more to go, 84,000 are left today` */
export function canaryWords({ rows, calls, orgCounted, restCalls, leftInOrg }: CanaryCost): string {
  const others = orgCounted === undefined ? '' : ` (the org counted ${count(orgCounted)} in that time)`;
  const left = leftInOrg === undefined ? '' : `, ${count(leftInOrg)} are left today`;
  return `${countOf(rows, 'row')} took ${countOf(calls, 'API call')}${others}; about ${count(restCalls)} more for the rest${left}`;
}

/** What a rollback or relink would do. */
export function aheadLines(verb: string, ahead: UpdatePreview): string[] {
  const lines = [
    `Plan: ${countOf(ahead.write, 'document')} would be ${verb}. Nothing was written; --execute does it.`,
    `  changed by somebody ${count(ahead.changed)}  (would be left alone)`,
    `  gone or hidden      ${count(ahead.absent)}`,
    `  nothing to do       ${count(ahead.already)}`,
  ];
  for (const document of ahead.changedExamples) lines.push(`    left alone: ${document}`);
  return lines;
}
