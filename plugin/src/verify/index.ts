export { VerifyProgress, verifyStages } from './verify-progress.ts';
export { verifySummary } from './verify-summary.ts';
export { verify } from './verify.ts';
