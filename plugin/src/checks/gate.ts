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
  'other-run',
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
  /** Whether `--ignore-gate` takes it. */
  readonly ignorable: boolean;
};

/** Green or red by a condition. */
export function gate(
  id: GateId,
  isGreen: boolean,
  { found, threshold, mend, ignorable = isIgnorable(id) }: GateWords,
): Gate {
  const looked = { id, found, threshold, ignorable } as const;
  return isGreen ? { ...looked, verdict: 'green' } : { ...looked, verdict: 'red', mend };
}

export type GateWords = Pick<Gate, 'found' | 'threshold'> & {
  readonly mend: string;
  /** Default: by {@link ignorableGates}. */
  readonly ignorable?: boolean;
};

/** Gates as they are told: in their order, and red ones going by where they may be ignored and are to be. */
export function judged(gates: readonly Gate[], ignore: readonly IgnorableGate[] = []): Gate[] {
  return gates.map((gate) => ignoring(gate, ignore)).sort((a, b) => gateIds.indexOf(a.id) - gateIds.indexOf(b.id));
}

/** A red gate goes by where it may be ignored and is among those that are to be. */
function ignoring(gate: Gate, ignore: readonly IgnorableGate[]): Gate {
  const ignored = gate.verdict === 'red' && gate.ignorable && (ignore as readonly GateId[]).includes(gate.id);
  return ignored ? { ...gate, verdict: 'ignored' } : gate;
}

function isIgnorable(id: GateId): id is IgnorableGate {
  return (ignorableGates as readonly GateId[]).includes(id);
}
