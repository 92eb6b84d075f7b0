import type { SwitchRequest } from '../../../plugin/src/switch/switch.ts';

/** A switch of all that is ready, every row read back; where its links lead is left to say. */
export const everythingReady = {
  wave: {},
  minimumEvidence: 'D',
  seenSince: 0,
  openedLinks: 0,
  ignoredGates: [],
  waitMs: Infinity,
  mode: 'full',
} as const satisfies Omit<SwitchRequest, 'linkOf'>;
