import { count, countOf, duration } from '../text/quantity.ts';
import type { LookedAhead } from './look-ahead.ts';
import type { UpdateResult } from './update-run.ts';

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
  if (result.windowMs > 0) {
    lines.push(`  longest window      ${duration(result.windowMs)} between reading a value and the end of its job`);
  }
  if (failed > 0) lines.push('See: sf migrate files status --errors');
  return lines;
}

/** What a rollback or relink would do. */
export function aheadLines(verb: string, ahead: LookedAhead): string[] {
  const lines = [
    `Plan: ${countOf(ahead.write, 'document')} would be ${verb}. Nothing was written; --execute does it.`,
    `  changed by somebody ${count(ahead.changed)}  (would be left alone)`,
    `  gone or hidden      ${count(ahead.absent)}`,
    `  nothing to do       ${count(ahead.already)}`,
  ];
  for (const document of ahead.changedExamples) lines.push(`    left alone: ${document}`);
  return lines;
}
