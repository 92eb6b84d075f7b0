export { AnalysisProgress, analysisStages } from './analysis-progress.ts';
export { analysisCsv } from './analysis-csv.ts';
export { analysisLines } from './analysis-lines.ts';
export { analyze } from './analysis.ts';
