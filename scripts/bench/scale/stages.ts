import type { PhasePlace } from '../phase/tools.ts';

/** In their order. */
export const stages = ['backup', 'verify', 'switch', 'rollback'] as const;
export type Stage = (typeof stages)[number];

export type StageRun = PhasePlace & { readonly stage: Stage; readonly pieceMs: number };

export type StagePiece = {
  readonly status: string;
  /** With an outcome in this piece. */
  readonly documents: number;
  readonly seconds: number;
  readonly orgRequests: number;
  readonly storeRequests: number;
  /** MB, one a second. */
  readonly memory: readonly number[];
};
