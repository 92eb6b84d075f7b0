export { gateIds, ignorableGates, type Gate, type GateId, type IgnorableGate } from './gate.ts';
export { RecheckProgress, recheckCopies, recheckStages, type CopiesRechecked, seenSince } from './recheck-copies.ts';
export { linkOf, type LinkOf } from './link-of.ts';
export { relinkReadiness } from './relink-readiness.ts';
export { knownReadiness, readiness, requireReady } from './readiness.ts';
export { windowWords } from './residual-window.ts';
export { chooseWave, type Wave, type WaveRequest } from './wave.ts';
