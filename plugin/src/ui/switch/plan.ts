import { count, countOf } from '../../format/quantity.ts';
import type { SwitchPlan } from '../../switch/switch-plan.ts';
import { factLines, type Fact } from '../format/facts.ts';
import { effectLines } from './effects.ts';
import { readyLines } from '../checks/text.ts';

/** What `switch` would do, whether it may, and what writing sets off in the org. */
export function switchPlanLines(plan: SwitchPlan): string[] {
  const facts: Fact[] = [
    ...(plan.canary > 0 ? [['canary', `${countOf(plan.canary, 'row')} first, read back twice`] as const] : []),
    ...(plan.documents > 0 ? [['API calls', `about ${count(plan.apiCalls)}`, budgetText(plan)] as const] : []),
    ...(plan.unfinishedJobs > 0
      ? [['unfinished', `${countOf(plan.unfinishedJobs, 'job')} of earlier runs, concluded first`] as const]
      : []),
    ...Object.entries(plan.leftOut).map(([why, documents]) => ['not included', `${count(documents)} ${why}`] as const),
  ];
  return [
    `Plan: switch ${countOf(plan.documents, 'document')} of ${countOf(plan.accounts, 'account')}. Nothing was written; add --execute to write.`,
    ...factLines(facts),
    '',
    ...readyLines(plan.ready, plan.gates),
    '',
    ...effectLines(plan.effects),
  ];
}

function budgetText({ apiCalls, apiBudget: budget }: SwitchPlan): string {
  if (budget === undefined) return 'the org does not say how many are left today';
  const left = Math.max(0, budget.limit - budget.used);
  return `${count(left)} of ${count(budget.limit)} left today${apiCalls > left ? '; the run pauses when they are used up' : ''}`;
}
