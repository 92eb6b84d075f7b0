export { UpdateProgress, updateStages } from './update-progress.ts';
export type { UpdateResult } from './update-documents.ts';
export { updateSettings } from './update-settings.ts';
