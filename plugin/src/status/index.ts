export { readStatus } from './status.ts';
export { statusLines } from './status-lines.ts';
export { statusCsv } from './status-csv.ts';
