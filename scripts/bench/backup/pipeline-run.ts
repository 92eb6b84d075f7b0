/*
 * One backup in a process of its own: catalog, org and storage as the command opens them, and the phase itself, without
 * the sf CLI's frame around it. argv[2] is a PipelineRun as JSON. Prints one line: how the run ended.
 */
import { migrationConfig, organizationId, type MigrationConfigInput } from '@file-migration/config';
import { BackupProgress } from '../../../plugin/lib/backup/backup-progress.js';
import { backupSettings } from '../../../plugin/lib/backup/backup-request.js';
import { backup } from '../../../plugin/lib/backup/backup.js';
import { keepHeapSmall } from '../../../plugin/lib/command/small-heap.js';
import { openCatalog } from '../../../plugin/lib/catalog/catalog.js';
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

const { org: place, config: input } = JSON.parse(process.argv[2] ?? '') as PipelineRun;
const config = migrationConfig(input);
const { signal } = new AbortController();
const session = tokenSession({
  instanceUrl: place.url,
  accessToken: place.accessToken,
  apiVersion: config.org.apiVersion ?? '68.0',
});
const org = createOrg({ session, names: config.org, signal });
const organization = organizationId(await org.organizationId());
const catalog = await openCatalog(catalogOptions(config, organization, 'bench'));
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
process.stdout.write(`${JSON.stringify(result)}\n`);
