export { ImportProgress, importPredecessor, importStages } from './import.ts';
