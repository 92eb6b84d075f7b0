import { count, countOf } from '../../format/quantity.ts';
import type { PublicationPlan } from '../../publish/plan.ts';
import type { PublishResult } from '../../publish/publish-now.ts';
import type { PublisherEvent } from '../../publish/publisher.ts';
import type { Shortfall } from '../../publish/send-rows.ts';
import { factLines } from '../format/facts.ts';

const noRunYet = 'Nothing to publish: there is no run yet. Start with: sf migrate files backup';

/** What `publish` did. */
export function publishLines({ snapshot, rows, ...budget }: PublishResult): string[] {
  if (snapshot === undefined) return [noRunYet];
  return [
    publishedLine({ sequence: snapshot.sequence, ...budget }),
    ...factLines([
      ['rows written', count(rows.sent)],
      ['rows deleted', count(rows.deleted)],
    ]),
  ];
}

/** What `publish --dry-run` found. */
export function publicationPlanLines({ anyRun, rows, calls, callsToday, callsPerDay }: PublicationPlan): string[] {
  if (!anyRun) return [noRunYet];
  return [
    `Plan: ${countOf(calls, 'call')} (${count(callsToday)} of ${count(callsPerDay)} used in the last 24h). Nothing was sent.`,
    ...factLines([
      ['runs', count(rows.runs)],
      ['accounts changed', count(rows.accounts)],
      ['error classes', count(rows.errorClasses)],
      ['document errors', count(rows.documentErrors)],
      ['rows to delete', count(rows.deleted)],
    ]),
  ];
}

/** What is not in the org, and why. */
export function shortfallText({ later, refused, reason, leftOut }: Shortfall, callsPerDay: number): string {
  const parts = [
    ...(refused > 0 ? [`The org refused ${countOf(refused, 'published row')}: ${reason ?? 'no reason given'}`] : []),
    ...(refused === 0 && reason !== undefined ? [reason] : []),
    ...(later > 0 ? [`${countOf(later, 'row')} met a lock; the next publication sends them.`] : []),
    ...(leftOut.length > 0
      ? [
          `Not all ${leftOut.join(' and ')} were published: publish.callsPerDay is ${count(callsPerDay)}. Later, run: sf migrate files publish`,
        ]
      : []),
  ];
  return parts.join(' ');
}

/** A line for the person at the keyboard, and whether it is a warning. */
export function publisherMessage(event: PublisherEvent): { readonly text: string; readonly isWarning: boolean } {
  switch (event.kind) {
    case 'finishing':
      return { text: 'Publishing the last changes to Salesforce …', isWarning: false };
    case 'published':
      return { text: publishedLine(event), isWarning: false };
    case 'shortfall':
      return { text: shortfallText(event.shortfall, event.callsPerDay), isWarning: true };
    case 'too-late':
      return {
        text: 'Not everything was published before the run ended. Publish the rest: sf migrate files publish',
        isWarning: true,
      };
    case 'retrying':
      return { text: `Publishing failed and will be retried. ${event.message}`, isWarning: true };
    case 'budget-spent':
      return { text: withActions(event), isWarning: true };
    case 'stopped':
      return { text: `Publishing has stopped; the run itself continues. ${withActions(event)}`, isWarning: true };
    case 'not-opened':
      return {
        text: `This run is not shown in Salesforce (pass --no-publish to turn this warning off): ${event.message}`,
        isWarning: true,
      };
  }
}

/** `Published snapshot 1,412 in 9 calls (112 of 2,000 used in the last 24h).` */
function publishedLine({
  sequence,
  calls,
  callsToday,
  callsPerDay,
}: {
  sequence: number;
  calls: number;
  callsToday: number;
  callsPerDay: number;
}): string {
  return `Published snapshot ${count(sequence)} in ${countOf(calls, 'call')} (${count(callsToday)} of ${count(callsPerDay)} used in the last 24h).`;
}

function withActions({ message, actions }: { message: string; actions: readonly string[] }): string {
  return [message, ...actions].join('\n  ');
}
