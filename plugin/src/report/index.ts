export { reportCsv } from './report-csv.ts';
export { reportPage } from './page.ts';
export { readReport } from './report.ts';
