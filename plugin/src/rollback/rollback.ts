import type { AccountId } from '@file-migration/config';
import type { UndoableRow } from '../catalog/journal-port.ts';
import type { CatalogReader, RunId } from '../catalog/port.ts';
import type { Org } from '../org/port.ts';
import type { Intent, UpdateTools } from '../jobs/update-context.ts';
import { JobConcurrency } from '../jobs/job-concurrency.ts';
import { JobSize } from '../jobs/job-size.ts';
import { sameLinks, urlToRestore } from '../jobs/link-fields.ts';
import { previewUpdate, type UpdatePreview } from '../jobs/preview-update.ts';
import type { UpdateProgress } from '../jobs/update-progress.ts';
import { updateRun, type RunInfo, type UpdateResult } from '../jobs/update-run.ts';
import { writeWave } from '../jobs/write-wave.ts';
import type { UpdateSettings } from '../jobs/update-settings.ts';
import { writtenBatches } from '../jobs/written-links.ts';
import { fileBatches, type IsOurs } from './file-intents.ts';
import type { RollbackRecord } from './rollback-file.ts';

export type RollbackRequest = {
  readonly source:
    | { readonly kind: 'database'; readonly run?: RunId }
    | { readonly kind: 'file'; readonly records: readonly RollbackRecord[]; readonly isOurs: IsOurs };
  readonly accounts?: readonly (AccountId | null)[];
  readonly waitMs: number;
};

/**
 * Puts original URLs back, by the same journal, jobs and read-back as a switch: only the newest confirmed row of a
 * document, and only while the record still holds exactly what that row wrote. The key stays on the record, so that
 * links which were sent around go on working.
 */
export async function rollback(
  tools: UpdateTools,
  request: RollbackRequest,
  settings: UpdateSettings,
  deed: RunInfo,
  progress: UpdateProgress,
  signal: AbortSignal,
): Promise<UpdateResult> {
  const { names } = settings;
  const { source, accounts, waitMs } = request;
  return await updateRun(
    tools,
    {
      operation: 'rollback',
      names,
      fields: [names.urlField],
      run: {
        mode: 'full',
        scope: {
          ...(accounts !== undefined && { accountIds: accounts }),
          ...(source.kind === 'database' && source.run !== undefined && { undoneRun: source.run }),
        },
        ...deed,
      },
      waitMs,
    },
    progress,
    signal,
    async (desk, pause, report) => {
      progress.stageIs('Write');
      const size = new JobSize({ most: settings.rowsPerJob, longestMs: settings.batchMs });
      const batches = await batchesOf(desk.catalog, request, size, progress);
      const lanes = new JobConcurrency(settings.parallelJobs);
      await writeWave(desk, batches, settings, { size, lanes, pause, report });
    },
  );
}

/** What a rollback would do now; writes nothing. */
export async function planRollback(
  { catalog, org }: { catalog: CatalogReader; org: Org },
  request: Pick<RollbackRequest, 'source' | 'accounts'>,
  { names, rowsPerJob: most, batchMs: longestMs }: UpdateSettings,
  signal: AbortSignal,
): Promise<UpdatePreview> {
  const batches = await batchesOf(catalog, request, new JobSize({ most, longestMs }), undefined);
  return await previewUpdate(org, names, batches, signal);
}

async function batchesOf(
  catalog: CatalogReader,
  { source, accounts }: Pick<RollbackRequest, 'source' | 'accounts'>,
  size: JobSize,
  progress: UpdateProgress | undefined,
): Promise<AsyncGenerator<Intent[]>> {
  if (source.kind === 'file') {
    return fileBatches(catalog, source.records, { accounts, isOurs: source.isOurs, progress }, () => size.rows);
  }
  const { run } = source;
  const scope = { ...(accounts !== undefined && { accounts }), ...(run !== undefined && { run }) };
  return await writtenBatches(catalog, scope, size, progress, undoing);
}

function undoing(row: UndoableRow): Intent {
  const { id, document, revision, operation, after } = row;
  const url = urlToRestore(operation, row);
  return { document, revision, expects: (now) => sameLinks(now, after), after: () => ({ ...after, url }), undoes: id };
}
