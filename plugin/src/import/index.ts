export { importSummary } from '../ui/import/text.ts';
export { ImportProgress, importPredecessor, importStages } from './import.ts';
