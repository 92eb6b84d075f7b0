import { EVIDENCE_GRADES } from '@file-migration/config';
import { documentStates } from '../../model/document-state.ts';
import { csvText } from '../../format/csv.ts';
import type { Report } from '../../report/report.ts';

/** The report's figures as CSV: part, name, documents, bytes. Formulas in names are neutralized. */
export function reportCsv({ counts, breakdown, accounts, errors }: Report): string {
  const rows: (readonly [string, string, number, number | ''])[] = [
    ['total', 'documents', counts.documents, counts.bytes],
    ...documentStates.map((state) => ['state', state, counts.states[state], ''] as const),
    ...EVIDENCE_GRADES.map((grade) => ['evidence', grade, counts.evidence[grade], ''] as const),
    ...Object.entries(counts.skippedByRule).map(([rule, skipped]) => ['skipped', rule, skipped, ''] as const),
    ...breakdown.extensions.map((one) => ['extension', one.name, one.documents, one.bytes] as const),
    ...breakdown.days.map((one) => ['day', one.name, one.documents, one.bytes] as const),
    ...accounts.map((one) => ['account', one.accountId ?? '(none)', one.documents, one.bytes] as const),
    ...errors.map((one) => ['error', one.code, one.documents, ''] as const),
  ];
  return csvText(['part', 'name', 'documents', 'bytes'], rows);
}
