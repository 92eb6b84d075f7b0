export { gateLines } from './gate-lines.ts';
export { ignorableGates, type Gate, type IgnorableGate } from './gate.ts';
export { linkOf, type LinkOf } from './link-of.ts';
export { readiness, requireReady } from './readiness.ts';
export { chooseWave, type Wave, type WaveRequest } from './wave.ts';
