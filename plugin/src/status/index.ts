export { liveStatus } from './live.ts';
export { readinessStatus } from './readiness-status.ts';
export { writeStatusFile } from '../ui/status/file.ts';
export { statusCsv } from '../ui/status/csv.ts';
export { statusLines } from '../ui/status/text.ts';
export { readStatus, type Status, type StatusRequest } from './status.ts';
export { watchStatus, type WatchScreen } from '../ui/status/watch.ts';
