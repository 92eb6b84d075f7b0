import { configSnapshot, type MigrationConfig } from '@file-migration/config';
import type { NewRun } from '../catalog/runs.ts';

/** Who asked for a run, and under which config; it stands in the run's row and holds no secret. */
export type RunInfo = Pick<NewRun, 'command' | 'configSnapshot'>;

/** @param command as the person typed it; values of flags hold no secrets */
export function runInfo(command: string, config: MigrationConfig): RunInfo {
  return { command, configSnapshot: configSnapshot(config) };
}

/** How a phase is carried out: every phase takes what it works with, what is asked of it, and this. */
export type PhaseOptions<Settings, Progress> = {
  readonly settings: Settings;
  readonly info: RunInfo;
  readonly progress: Progress;
  /** Aborts at the first Ctrl-C: what is in flight drains, and the run ends as `stopped`. */
  readonly signal: AbortSignal;
};
