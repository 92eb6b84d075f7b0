/** Everything that must hold before the contract may end, in the order in which screens list it. */
export const exitCheckIds = [
  'records',
  'decisions',
  'evidence',
  'verified',
  'org',
  'urls',
  'dependents',
  'drift',
  'journal',
  'links-open',
  'restore-drill',
  'signing-key',
] as const;
export type ExitCheckId = (typeof exitCheckIds)[number];

/** One condition of a certificate, in the shape of every check; none of them can be ignored. */
export type ExitCheck = {
  readonly id: ExitCheckId;
  /** `unknown`: asked, and nobody told; never taken for `passed`. */
  readonly status: 'passed' | 'failed' | 'unknown';
  /** What was found, with its number. */
  readonly found: string;
  /** What must be. */
  readonly expected: string;
  /** The exact command or setting that fixes it; never with `passed`. */
  readonly fix?: string;
  readonly blocks: 'certificate';
  readonly ignorable: false;
};

const base = { blocks: 'certificate', ignorable: false } as const;

/** Passed or failed, by a condition. */
export function exitCheck(
  id: ExitCheckId,
  isSo: boolean,
  { found, expected, fix }: { readonly found: string; readonly expected: string; readonly fix: string },
): ExitCheck {
  return isSo
    ? { id, status: 'passed', found, expected, ...base }
    : { id, status: 'failed', found, expected, fix, ...base };
}

export function unknownExitCheck(
  id: ExitCheckId,
  { found, expected, fix }: { readonly found: string; readonly expected: string; readonly fix: string },
): ExitCheck {
  return { id, status: 'unknown', found, expected, fix, ...base };
}
