export { isKnownHostFor, isOursFor } from './file-intents.ts';
export { readRollbackFile } from './rollback-file.ts';
export { planRollback, rollback, type RollbackRequest } from './rollback.ts';
