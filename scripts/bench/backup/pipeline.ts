import { organizationId, type MigrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { BackupProgress } from '../../../plugin/lib/backup/backup-progress.js';
import { backupSettings } from '../../../plugin/lib/backup/backup-request.js';
import { backup } from '../../../plugin/lib/backup/backup.js';
import { openCatalog, type CatalogThread } from '../../../plugin/lib/catalog/catalog.js';
import { keepHeapSmall } from '../../../plugin/lib/command/small-heap.js';
import { openRunLog } from '../../../plugin/lib/logs/run-log.js';
import { createOrg } from '../../../plugin/lib/org/org.js';
import { tokenSession } from '../../../plugin/lib/org/session.js';
import { createStorage } from '../../../plugin/lib/storage/create-storage.js';
import { catalogOptions } from '../../../plugin/lib/workbench/binding.js';
import { storageOptions } from '../../../plugin/lib/workbench/storage-options.js';

export type PipelineRun = {
  readonly org: { readonly url: string; readonly accessToken: string };
  readonly config: MigrationConfigInput;
};

/** As far as the benchmark reads it. */
export type PipelineResult = {
  readonly status: string;
  readonly counts: { readonly states: { readonly verified: number } };
};

/** One backup: catalog, org and storage as the command opens them, and the phase itself. */
export async function pipeline(
  { url, accessToken }: PipelineRun['org'],
  config: MigrationConfig,
  thread: CatalogThread,
): Promise<PipelineResult> {
  const { signal } = new AbortController();
  const session = tokenSession({ instanceUrl: url, accessToken, apiVersion: config.org.apiVersion ?? '68.0' });
  const org = createOrg({ session, names: config.org, signal });
  const organization = organizationId(await org.organizationId());
  const catalog = await openCatalog({ ...catalogOptions(config, organization, 'bench'), thread });
  const storage = createStorage(
    storageOptions(config, { organizationId: organization, env: process.env, fence: () => catalog.fence() }),
  );
  keepHeapSmall();
  const log = openRunLog(config.logs.folder, 'backup');
  const result = await backup(
    { catalog, org, storage, log },
    { mode: 'full' },
    backupSettings(config, { longestPauseMs: 0 }),
    { command: 'bench', configSnapshot: {} },
    new BackupProgress(),
    signal,
  );
  log.close();
  await Promise.all([org.close(), storage.close()]);
  await catalog.close();
  return result;
}
