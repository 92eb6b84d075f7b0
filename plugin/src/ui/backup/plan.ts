import { count, countOf, dollars } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import type { BackupPlan, PlannedCopy } from '../../backup/backup-plan.ts';
import { factLines, type Fact } from '../format/facts.ts';

const shown = 20;
const longestName = 40;

/** The plan for a screen: totals, copy methods, costs, and the first copies. */
export function backupPlanLines(plan: BackupPlan): string[] {
  const skipped = Object.entries(plan.skipped);
  const ended = Object.entries(plan.endedEarlier).filter(([, documents]) => documents > 0);
  const { put, get, other, usd } = plan.cost;
  const facts: Fact[] = [
    ['read from the org', countOf(plan.documents, 'document')],
    ['already copied', count(plan.alreadyCopied)],
    ['to copy', count(plan.toCopy)],
    ...Object.entries(plan.methods).map(([method, documents]) => [`  by ${method}`, count(documents)] as const),
    ['skipped', count(skipped.reduce((sum, [, documents]) => sum + documents, 0))],
    ...skipped.map(([rule, documents]) => [`  ${rule}`, count(documents)] as const),
    ...ended.map(([state, documents]) => [`${state} earlier`, count(documents), 'included only with --retry'] as const),
    ['requests', `${count(put)} PUT/COPY, ${count(get)} GET/HEAD, ${count(other)} to other servers`],
    ['request cost', `about ${dollars(usd)} on Amazon S3`, 'storage and transfer are extra'],
  ];
  return [
    `Plan: the next backup is ${article(plan.mode)} ${plan.mode} one. Nothing was written.`,
    ...factLines(facts),
    ...(plan.listed.length > 0 ? ['', ...copies(plan.listed.slice(0, shown))] : []),
    ...more(plan),
  ];
}

function article(mode: string): string {
  return mode === 'incremental' ? 'an' : 'a';
}

function copies(planned: readonly PlannedCopy[]): string[] {
  return textTable(
    ['document', 'name', 'method', 'key'],
    planned.map(({ documentId, name, method, key }) => [documentId, shortened(name), method, key]),
  );
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

function more({ toCopy, outputFile }: BackupPlan): string[] {
  if (outputFile !== undefined) return ['', `The whole list is in ${outputFile}.`];
  return toCopy > shown ? [`… and ${count(toCopy - shown)} more; write all of them with --output-file plan.csv.`] : [];
}
