import type { Gate } from '../../checks/gate.ts';

const marks = { green: '✓', red: '✗', ignored: '!', later: '·' } as const;
const verdictWords = { green: '', red: 'RED', ignored: 'ignored', later: 'later' } as const;

/** The gates as a table: mark, name, number, threshold, and what mends it. */
export function gateLines(gates: readonly Gate[]): string[] {
  return gates.flatMap(({ id, verdict, found, threshold, mend }) => [
    `  ${marks[verdict]} ${id.padEnd(15)}${verdictWords[verdict].padEnd(8)}${found}  [${threshold}]`,
    ...(mend === undefined ? [] : [`      mend: ${mend}`]),
  ]);
}
