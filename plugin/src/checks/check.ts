import { ruleBook, type Blocks, type CheckArea, type CheckId, type GateId, type IgnorableGate } from './rule-book.ts';

/**
 * `unknown`: asked, and nobody told. `not-checked`: not asked, because something before it failed or is still to come.
 * Neither is ever taken for `passed`. `ignored`: failed or unknown, and `--ignore-gate` goes past it.
 */
export type CheckStatus = 'passed' | 'failed' | 'unknown' | 'not-checked' | 'ignored';

/** One thing that was looked at. */
export type Check = {
  /** A stable name for programs: `target-writable`. */
  readonly id: CheckId;
  readonly area: CheckArea;
  readonly status: CheckStatus;
  /** What was found, with its number. */
  readonly found: string;
  /** What must be. */
  readonly expected: string;
  /** The exact command or setting that fixes it; never with `passed`. */
  readonly fix?: string;
  readonly blocks: Blocks;
  /** Whether `--ignore-gate` takes it. */
  readonly ignorable: boolean;
};

/** A check that is asked before a switch. */
export type Gate = Check & { readonly id: GateId };

type CheckOf<Id extends CheckId> = Check & { readonly id: Id };

/** The ways in which a check can end. */
export type Verdicts<Id extends CheckId> = {
  readonly passed: (found: string) => CheckOf<Id>;
  readonly failed: (found: string, fix: string) => CheckOf<Id>;
  readonly unknown: (found: string, fix: string) => CheckOf<Id>;
  readonly notChecked: (found: string) => CheckOf<Id>;
  /** Passed or failed, by a condition. */
  readonly judged: (isSo: boolean, found: string, fix: string) => CheckOf<Id>;
};

/**
 * One rule of the rule book, ready to be judged.
 * @param differing what is not as the rule book says, for this finding
 */
export function rule<Id extends CheckId>(
  id: Id,
  differing: Partial<Pick<Check, 'expected' | 'blocks' | 'ignorable'>> = {},
): Verdicts<Id> {
  const { area, expected, blocks } = ruleBook[id];
  const base = { id, area, expected, blocks, ignorable: 'ignorable' in ruleBook[id], ...differing };
  const passed: Verdicts<Id>['passed'] = (found) => ({ ...base, status: 'passed', found });
  const failed: Verdicts<Id>['failed'] = (found, fix) => ({ ...base, status: 'failed', found, fix });
  return {
    passed,
    failed,
    unknown: (found, fix) => ({ ...base, status: 'unknown', found, fix }),
    notChecked: (found) => ({ ...base, status: 'not-checked', found }),
    judged: (isSo, found, fix) => (isSo ? passed(found) : failed(found, fix)),
  };
}

/** Stands in the way of what it blocks; what is still to be checked does not yet. */
export function isOpen({ status }: Check): boolean {
  return status === 'failed' || status === 'unknown';
}

/** A gate that is not green goes by where it may be ignored and is among those that are to be. */
export function ignoring(gate: Gate, ignore: readonly IgnorableGate[]): Gate {
  const isIgnored = isOpen(gate) && gate.ignorable && (ignore as readonly GateId[]).includes(gate.id);
  return isIgnored ? { ...gate, status: 'ignored' } : gate;
}
