import { bytes, count, countOf, duration } from '../../format/quantity.ts';
import type { CertifiedCounts } from '../../certify/certificate.ts';
import type { ExitPlan } from '../../certify/certify.ts';
import type { Proof } from '../../certify/check-certificate.ts';
import type { ExitCheck } from '../../certify/exit-check.ts';
import { paint } from '../format/style.ts';

const marks = { passed: '✓', failed: '✗', unknown: '?' } as const;
const colors = { passed: 'green', failed: 'red', unknown: 'yellow' } as const;

/** What is missing before the contract may end, and the command for it. */
export function exitPlanLines({ isReady, checks, counts }: ExitPlan): string[] {
  const open = checks.filter(({ status }) => status !== 'passed').length;
  return [
    isReady
      ? 'The contract may end: every check holds.'
      : `The contract may not end yet: ${countOf(open, 'check')} of ${checks.length} ${open === 1 ? 'does' : 'do'} not hold.`,
    ...checks.flatMap(exitCheckLines),
    '',
    `  ${countsText(counts)}`,
    ...(isReady ? ['', 'Write the certificate: sf migrate files certify --execute'] : []),
  ];
}

function exitCheckLines({ id, status, found, expected, fix }: ExitCheck): string[] {
  return [
    `  ${paint(colors[status], marks[status])} ${id.padEnd(14)}${found}  [${expected}]`,
    ...(fix === undefined ? [] : [`      fix: ${fix}`]),
  ];
}

/** `1,000 documents: 990 switched, 4 accepted, …; 1.7 TB` */
export function countsText({ documents, switched, accepted, empty, deleted, bytes: stored }: CertifiedCounts): string {
  return `${countOf(documents, 'document')}: ${count(switched)} switched, ${count(accepted)} accepted, ${count(empty)} without a file, ${count(deleted)} deleted; ${bytes(stored)} of copies accounted for`;
}

/** What proving a certificate showed. */
export function proofLines(proof: Proof): string[] {
  const { verdict, id, issuedAt, key, lines, objects, findings, firstFindings, seconds, sample, mode } = proof;
  const total = Object.values(findings).reduce((sum, some) => sum + some, 0);
  const looked = mode === 'full' ? 'read and hashed' : 'asked for';
  return [
    `Certificate ${id} of ${issuedAt}`,
    `  ${verdictText(verdict)}`,
    `  signed by   ${key.fingerprint}${key.isTrusted ? ' (the key that you trust)' : ''}`,
    `  ledger      ${countOf(lines, 'line')}, each held against the signed root`,
    `  objects     ${count(objects.checked)} ${looked}${sample === undefined ? '' : ', drawn at random'}${objects.bySizeOnly === 0 ? '' : `; of ${count(objects.bySizeOnly)} the store tells nothing but the size`}`,
    `  ${proof.counts.documents === 0 ? '' : countsText(proof.counts)}`,
    `  in ${duration(seconds * 1000)}`,
    ...firstFindings.map(
      ({ kind, line, message }) => `  ✗ ${kind}${line === undefined ? '' : ` (line ${count(line)})`}: ${message}`,
    ),
    ...(total > firstFindings.length ? [`  … and ${count(total - firstFindings.length)} more`] : []),
  ].filter((line) => line.trim() !== '');
}

function verdictText(verdict: Proof['verdict']): string {
  switch (verdict) {
    case 'genuine':
      return '✓ Genuine, and the bucket holds what it says.';
    case 'objects-differ':
      return '✗ The certificate is genuine; the bucket no longer holds what it says.';
    case 'not-genuine':
      return '✗ Not genuine: this is not what was signed.';
  }
}
