export { VerifyProgress, verifyStages } from './verify-progress.ts';
export { verify } from './verify.ts';
