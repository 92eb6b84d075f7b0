export {
  LookProgress,
  chooseWave,
  linkOf,
  lookAtCopies,
  lookStages,
  readiness,
  requireReady,
  seenSince,
} from '../readiness/index.ts';
export { effectLines } from './effect-lines.ts';
export { UpdateProgress, updateStages } from './jobs/update-progress.ts';
export type { UpdateResult } from './jobs/update-run.ts';
export { planRelink, relinkDocuments } from './relink.ts';
export { resumable } from './resume.ts';
export { aheadLines, updateSummary } from './summary.ts';
export { switchPlan, switchPlanLines, type SwitchPlan } from './switch-plan.ts';
export { switchSettings } from './switch-settings.ts';
export { switchDocuments } from './switch.ts';
