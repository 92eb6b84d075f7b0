import type { Gate } from '../../checks/gate.ts';
import { paint } from '../format/style.ts';

const marks = { green: '✓', red: '✗', ignored: '!', later: '·' } as const;
const colors = { green: 'green', red: 'red', ignored: 'yellow', later: 'dim' } as const;
const words = { green: '', red: 'RED', ignored: 'ignored', later: 'later' } as const;

/** The gates with a heading that says whether a wave may be written. */
export function readyLines(isReady: boolean, gates: readonly Gate[]): string[] {
  return [isReady ? 'Ready:' : 'Not ready:', ...gateLines(gates)];
}

/** One gate a line: mark, id, what was found, what is required; below it the command or setting that fixes it. */
export function gateLines(gates: readonly Gate[]): string[] {
  return gates.flatMap(({ id, verdict, found, threshold, mend }) => [
    `  ${paint(colors[verdict], marks[verdict])} ${id.padEnd(15)}${words[verdict].padEnd(8)}${found}  [${threshold}]`,
    ...(mend === undefined ? [] : [`      fix: ${mend}`]),
  ]);
}
