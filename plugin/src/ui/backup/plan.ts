import { count, countOf } from '../../format/quantity.ts';
import type { BackupPlan, PlannedCopy } from '../../backup/backup-plan.ts';

const shown = 20;
const longestName = 40;

/** The plan for a screen: totals, ways, costs, and the first copies. */
export function planSummary(plan: BackupPlan): string[] {
  const skipped = Object.entries(plan.skipped);
  const ended = Object.entries(plan.endedEarlier).filter(([, documents]) => documents > 0);
  return [
    `A backup now would be ${plan.mode}; nothing was written.`,
    `  read from the org   ${countOf(plan.documents, 'document')}`,
    `  already copied      ${count(plan.alreadyCopied)}`,
    `  to copy             ${count(plan.toCopy)}`,
    ...Object.entries(plan.ways).map(([way, documents]) => `    by ${way.padEnd(17)} ${count(documents)}`),
    `  skipped             ${count(skipped.reduce((sum, [, documents]) => sum + documents, 0))}`,
    ...skipped.map(([rule, documents]) => `    ${rule.padEnd(20)} ${count(documents)}`),
    ...ended.map(
      ([state, documents]) =>
        `  ${`${state} earlier`.padEnd(20)}${count(documents)} (only --retry takes them on again)`,
    ),
    `  requests            ${count(plan.cost.put)} PUT/COPY, ${count(plan.cost.get)} GET/HEAD, ${count(plan.cost.other)} to other servers`,
    `  request costs       about $${plan.cost.usd.toFixed(2)} on Amazon S3 (storage and transfer come on top, by size)`,
    ...(plan.listed.length > 0 ? ['', ...plan.listed.slice(0, shown).map(line)] : []),
    ...more(plan),
  ];
}

function line({ documentId, name, way, key }: PlannedCopy): string {
  const short = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
  return `  ${documentId}  ${short.padEnd(longestName)}  ${way.padEnd(16)}  → ${key}`;
}

function more({ toCopy, outputFile }: BackupPlan): string[] {
  if (outputFile !== undefined) return ['', `The whole list is in ${outputFile}.`];
  return toCopy > shown ? [`  … and ${count(toCopy - shown)} more; --output-file plan.csv writes all of them.`] : [];
}
