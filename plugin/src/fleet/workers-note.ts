import type { Progress, ProgressNote } from '../run/progress.ts';
import type { KnownWorker } from './roster.ts';

/** Who works, for a screen that shows progress. */
export type ListWorkers = () => readonly KnownWorker[];

/** The same moment of a run, with who works for it; as it is where this process works alone. */
export function withWorkers(progress: Progress, workers: ListWorkers | undefined): Progress {
  if (workers === undefined) return progress;
  return { ...progress, notes: [workersNote(workers()), ...progress.notes] };
}

function workersNote(workers: readonly KnownWorker[]): ProgressNote {
  const having = (state: KnownWorker['state']): number => workers.filter((each) => each.state === state).length;
  return {
    kind: 'workers',
    working: having('working'),
    documents: workers.reduce((total, { documents }) => total + documents, 0),
    silent: having('silent'),
    differing: having('differs'),
  };
}
