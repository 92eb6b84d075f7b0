export { importSummary } from './import-summary.ts';
export { ImportProgress, importPredecessor, importStages } from './import.ts';
