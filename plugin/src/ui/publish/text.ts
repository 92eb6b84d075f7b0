import { count, countOf } from '../../format/quantity.ts';
import type { PublishSettings } from '../../publish/budget.ts';
import type { Tally } from '../../publish/send-rows.ts';

/** `Published: snapshot 1,412 in 9 calls; 112 of 2,000 in 24 h.` */
export function publishingLine(
  sequence: number,
  { calls, callsToday, callsPerDay }: { calls: number; callsToday: number; callsPerDay: number },
): string {
  return `Published: snapshot ${count(sequence)} in ${countOf(calls, 'call')}; ${count(callsToday)} of ${count(callsPerDay)} in 24 h.`;
}

/** What of a publication is not in the org, and why; undefined when all is. */
export function shortfallLine(
  { refused, later, firstRefusal, leftOut }: Tally,
  { callsPerDay }: Pick<PublishSettings, 'callsPerDay'>,
): string | undefined {
  const parts = [
    ...(refused > 0 ? [`The org refused ${countOf(refused, 'published row')}: ${firstRefusal?.message ?? ''}`] : []),
    ...(refused === 0 && firstRefusal !== undefined ? [firstRefusal.message] : []),
    ...(later > 0 ? [`${countOf(later, 'row')} could not be written just now; the next publication sends them.`] : []),
    ...(leftOut.size > 0
      ? [
          `Not all ${[...leftOut].join(' and ')} were published: publish.callsPerDay is ${count(callsPerDay)}. Later: sf migrate files publish`,
        ]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}
