export { planBackup } from './backup-plan.ts';
export { BackupProgress, backupStages } from './backup-progress.ts';
export { backupSettings } from './backup-request.ts';
export { backupSummary } from '../ui/backup/summary.ts';
export { backup } from './backup.ts';
export { planSummary } from '../ui/backup/plan.ts';
