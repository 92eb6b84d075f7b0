import { count } from '../../plugin/src/format/quantity.ts';
import { applyChanges } from '@file-migration/stand-ins/population/seed-stand-ins';
import type { Stage } from './stage.ts';

/** Phase 1: everything is copied and proved; the org's life goes on meanwhile. */
export async function backupChapter({ world, say, run, workers }: Stage): Promise<void> {
  const spread = workers === undefined ? [] : ['--processes', String(workers)];
  await run('doctor');
  await run('accounts', '--limit', '5');
  await run('analyze');
  await run('backup', '--dry-run');
  await run('backup', '--full', ...spread);
  await run('status');

  // they fill an hour, which is over by now
  const changes = world.people.changes({ at: new Date(Date.now() - 3_600_000) });
  // A file that the vendor writes anew under the old URL leaves no trace on its record: verify finds it, not a backup.
  await applyChanges({ ...changes, overwritten: [] }, world);
  say(
    `\nA day passes in the org: ${count(changes.added.length)} new documents, ${count(changes.replaced.length)} replaced by their users, ` +
      `${count(changes.deleted.length)} deleted (some of them for good), ${count(changes.undeleted.length)} undeleted.`,
  );
  await run('backup', '--incremental', ...spread);
  say('\nWhat is deleted for good shows by its absence only: a full run asks for it by id.');
  await run('backup', '--full', ...spread);
  await run('status');
}
