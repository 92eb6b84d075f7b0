export { liveStatus } from './live.ts';
export { readinessStatus } from './readiness-status.ts';
export { writeStatusFile } from './status-file.ts';
export { statusCsv } from './status-csv.ts';
export { statusLines } from './status-lines.ts';
export { readStatus, type Status, type StatusRequest } from './status.ts';
export { watchStatus, type WatchScreen } from './watch.ts';
