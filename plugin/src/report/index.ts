export { reportCsv } from '../ui/report/csv.ts';
export { reportPage } from '../ui/report/html.ts';
export { readReport } from './report.ts';
