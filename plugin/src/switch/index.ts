export { chooseWave, linkOf, readiness, relinkReadiness, requireReady, seenSince } from '../checks/index.ts';
export { apiBudget } from './api-budget.ts';
export { planRelink, relinkDocuments } from './relink.ts';
export { resumable } from './resume.ts';
export { switchPlan, type SwitchPlan } from './switch-plan.ts';
export { switchSettings } from './switch-settings.ts';
export { switchDocuments } from './switch.ts';
