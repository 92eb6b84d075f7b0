import { migrationConfig, organizationId, type MigrationConfigInput } from '@file-migration/config';
import { BackupProgress } from '../../../plugin/src/backup/backup-progress.ts';
import { backupSettings } from '../../../plugin/src/backup/backup-request.ts';
import { backup } from '../../../plugin/src/backup/backup.ts';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { CatalogThread } from '../../../plugin/src/catalog/worker-calls.ts';
import { openRunLog } from '../../../plugin/src/logs/run-log.ts';
import { createOrg } from '../../../plugin/src/org/org.ts';
import { tokenSession } from '../../../plugin/src/org/session.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';

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
  input: MigrationConfigInput,
  thread: CatalogThread,
): Promise<PipelineResult> {
  const config = migrationConfig(input);
  const { signal } = new AbortController();
  const session = tokenSession({ instanceUrl: url, accessToken, apiVersion: config.org.apiVersion ?? '68.0' });
  const org = createOrg({ session, names: config.org, signal });
  const organization = organizationId(await org.organizationId());
  const opening = openCatalog({ ...catalogOptions(config, organization, 'bench'), thread });
  const fence = async (): Promise<void> => (await opening).fence();
  const storage = createStorage(storageOptions(config, { organizationId: organization, env: process.env, fence }));
  const catalog = await opening;
  const log = openRunLog(config.logs.folder, 'backup');
  const result = await backup(
    { catalog, org, storage, log },
    { mode: 'full' },
    {
      settings: backupSettings(config, { longestPauseMs: 0 }),
      info: { command: 'bench', configSnapshot: {} },
      progress: new BackupProgress(),
      signal,
    },
  );
  log.close();
  await Promise.all([org.close(), storage.close()]);
  await catalog.close();
  return result;
}
