/** Every readiness gate, in the order in which screens list them. */
export const gateIds = [
  'documents',
  'evidence',
  'heads',
  'backup-age',
  'drift',
  'link-length',
  'fields',
  'guard',
  'permission-set',
  'redirect',
  'lifecycle',
  'journal-space',
] as const;
export type GateId = (typeof gateIds)[number];

/** The only gates that `--ignore-gate` takes: the others would lose a file or a user's access. */
export const ignorableGates = [
  'backup-age',
  'drift',
  'redirect',
  'permission-set',
  'guard',
] as const satisfies readonly GateId[];
export type IgnorableGate = (typeof ignorableGates)[number];

/** One condition of a switch. */
export type Gate = {
  readonly id: GateId;
  /** `later`: looked at when the wave is executed. */
  readonly verdict: 'green' | 'red' | 'ignored' | 'later';
  /** The number that was found, in words. */
  readonly found: string;
  /** What it must be. */
  readonly threshold: string;
  /** The exact command or setting that mends it; only where it is red or ignored. */
  readonly mend?: string;
};

/** Green or red by a condition. */
export function gate(id: GateId, isGreen: boolean, words: Pick<Gate, 'found' | 'threshold'> & { mend: string }): Gate {
  const { found, threshold, mend } = words;
  return isGreen ? { id, verdict: 'green', found, threshold } : { id, verdict: 'red', found, threshold, mend };
}

export function isIgnorable(id: GateId): id is IgnorableGate {
  return (ignorableGates as readonly GateId[]).includes(id);
}
