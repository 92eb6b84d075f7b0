export { AnalysisProgress, analysisStages } from './analysis-progress.ts';
export { analysisCsv } from '../ui/analyze/csv.ts';
export { analysisLines } from '../ui/analyze/text.ts';
export { analyze } from './analyze.ts';
