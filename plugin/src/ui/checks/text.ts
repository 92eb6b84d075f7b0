import { countOf } from '../../format/quantity.ts';
import { isOpen, type Check, type CheckStatus, type Gate } from '../../checks/check.ts';
import type { Diagnosis } from '../../checks/doctor.ts';
import { gateIds, ruleBook } from '../../checks/rule-book.ts';
import { paint } from '../format/style.ts';

const words: Readonly<Record<CheckStatus, string>> = {
  passed: 'passed',
  failed: 'failed',
  unknown: 'unknown',
  'not-checked': 'not checked',
  ignored: 'ignored',
};
const longestWord = Math.max(...Object.values(words).map(({ length }) => length)) + 1;

/** The gates with a heading that says whether a wave may be written. */
export function readyLines(isReady: boolean, gates: readonly Gate[]): string[] {
  return [isReady ? 'Ready:' : 'Not ready:', ...gateLines(gates)];
}

export function gateLines(gates: readonly Gate[]): string[] {
  const printer = new CheckPrinter(gateIds);
  return gates.flatMap((gate) => printer.lines(gate));
}

/** Prints checks as they come: the same advice is given once, and what was not checked is told at the end, by its cause. */
export class CheckPrinter {
  readonly #width: number;
  readonly #fixes = new Set<string>();

  constructor(ids: readonly string[] = Object.keys(ruleBook)) {
    this.#width = Math.max(...ids.map(({ length }) => length)) + 1;
  }

  /** One check: mark, id, status, what was found; where it has not passed also what must be, and what fixes it. */
  lines(check: Check): string[] {
    const { id, status, found, expected, fix } = check;
    const [mark, color] = lookOf(check);
    const line = `  ${paint(color, mark)} ${id.padEnd(this.#width)}${words[status].padEnd(longestWord)}${found}`;
    if (status === 'passed') return [line];
    const told = `${line}  [${expected}]`;
    if (fix === undefined) return [told];
    if (this.#fixes.has(fix)) return [told, '      fix: as above'];
    this.#fixes.add(fix);
    return [told, `      fix: ${fix}`];
  }
}

function lookOf({ status, blocks }: Check): readonly [mark: string, color: 'green' | 'red' | 'yellow' | 'dim'] {
  switch (status) {
    case 'passed':
      return ['✓', 'green'];
    case 'failed':
    case 'unknown':
      return blocks === 'nothing' ? ['!', 'yellow'] : ['✗', 'red'];
    case 'ignored':
      return ['!', 'yellow'];
    case 'not-checked':
      return ['·', 'dim'];
  }
}

/** What was not checked, one line a reason. */
export function notCheckedLines(checks: readonly Check[]): string[] {
  const byReason = Map.groupBy(
    checks.filter(({ status }) => status === 'not-checked'),
    ({ found }) => found,
  );
  return [...byReason].map(
    ([reason, left]) => `  ${paint('dim', '·')} not checked (${reason}): ${left.map(({ id }) => id).join(', ')}`,
  );
}

/** What a diagnosis allows, and what it leaves to do. */
export function diagnosisLine({ ready, checks }: Diagnosis): string {
  const warnings = checks.filter((check) => isOpen(check) && check.blocks === 'nothing').length;
  const blocking = checks.filter((check) => isOpen(check) && check.blocks === 'switch').length;
  const parts = [
    `${countOf(checks.filter(({ status }) => status === 'passed').length, 'check')} passed`,
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
    ...(blocking > 0 ? [`${countOf(blocking, 'check')} to pass before a switch`] : []),
  ];
  const next = ready.switch ? 'sf migrate files switch' : 'sf migrate files backup --dry-run';
  return `Ready: ${parts.join(', ')}. Next: ${next}`;
}
