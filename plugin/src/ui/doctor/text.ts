import type { Check, Verdict } from '../../checks/check.ts';

const marks: Readonly<Record<Verdict, string>> = { pass: '✓ pass', warn: '! warn', fail: '✗ FAIL' };

/** One check for a screen: what was found, and below it what to do. */
export function checkLines({ verdict, area, finding, fix }: Check): string[] {
  const line = `  ${marks[verdict]}  ${area.padEnd(7)}  ${finding}`;
  return fix === undefined ? [line] : [line, `          ${' '.repeat(7)}  → ${fix}`];
}
