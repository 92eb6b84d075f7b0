export { planBackup } from './backup-plan.ts';
export { BackupProgress, backupStages } from './backup-progress.ts';
export { backupSettings } from './backup-request.ts';
export { backup } from './backup.ts';
