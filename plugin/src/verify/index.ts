export { VerifyProgress, verifyStages } from './verify-progress.ts';
export { verifySummary } from '../ui/verify/text.ts';
export { verify } from './verify.ts';
