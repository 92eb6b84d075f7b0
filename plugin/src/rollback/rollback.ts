import type { AccountId } from '@file-migration/config';
import type { UndoableRow } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { RunId } from '../model/run.ts';
import type { Org } from '../org/port.ts';
import type { Intent, UpdateTools } from '../jobs/update-context.ts';
import { JobSize } from '../jobs/job-size.ts';
import { sameLinks, urlToRestore } from '../jobs/link-fields.ts';
import { previewUpdate, type UpdatePreview } from '../jobs/preview-update.ts';
import { updateDocuments, type UpdateOptions, type UpdateResult } from '../jobs/update-documents.ts';
import type { UpdateSettings } from '../jobs/update-settings.ts';
import { countUnjournaled, writtenBatches, type Batching } from '../jobs/written-links.ts';
import { fileBatches, type IsKnownHost, type IsOurs } from './file-intents.ts';
import type { RollbackRecord } from './rollback-file.ts';

export type RollbackRequest = {
  readonly source:
    | { readonly kind: 'database'; readonly run?: RunId }
    | {
        readonly kind: 'file';
        readonly records: readonly RollbackRecord[];
        readonly isOurs: IsOurs;
        readonly isKnownHost: IsKnownHost;
      };
  readonly accounts?: readonly (AccountId | null)[];
  readonly waitMs: number;
};

/**
 * Puts original URLs back, by the same journal, jobs and read-back as a switch: only the newest confirmed row of a
 * document, and only while the record still holds exactly what that row wrote. The key stays on the record, so that
 * links which were sent around keep working.
 */
export async function rollback(
  tools: UpdateTools,
  request: RollbackRequest,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const { source, accounts, waitMs } = request;
  return await updateDocuments(
    tools,
    {
      operation: 'rollback',
      fields: ['urlField'],
      mode: 'full',
      scope: {
        ...(accounts !== undefined && { accountIds: accounts }),
        ...(source.kind === 'database' && source.run !== undefined && { undoneRun: source.run }),
      },
      waitMs,
      write: async ({ catalog, progress }, writer) => {
        progress.stageIs('Write');
        await writer.write(await batchesOf(catalog, request, { size: writer.size, progress }));
        writer.report.unjournaled = await beyondJournal(catalog, request);
      },
    },
    options,
  );
}

/** What a rollback would do now; writes nothing. */
export async function planRollback(
  { catalog, org }: { catalog: CatalogReader; org: Org },
  request: Pick<RollbackRequest, 'source' | 'accounts'>,
  { names, rowsPerJob: most, batchMs: longestMs }: UpdateSettings,
  signal: AbortSignal,
): Promise<UpdatePreview> {
  const size = new JobSize({ most, longestMs });
  const batches = await batchesOf(catalog, request, { size, progress: undefined });
  const unjournaled = await beyondJournal(catalog, request);
  return { ...(await previewUpdate(org, names, batches, signal)), unjournaled };
}

/** Links that no journal row takes back; a file and a single run name what they are for themselves. */
async function beyondJournal(
  catalog: CatalogReader,
  { source, accounts }: Pick<RollbackRequest, 'source' | 'accounts'>,
): Promise<number> {
  if (source.kind === 'file' || source.run !== undefined) return 0;
  return await countUnjournaled(catalog, accounts);
}

async function batchesOf(
  catalog: CatalogReader,
  { source, accounts }: Pick<RollbackRequest, 'source' | 'accounts'>,
  batching: Batching,
): Promise<AsyncGenerator<Intent[]>> {
  if (source.kind === 'file') {
    const { records, isOurs, isKnownHost } = source;
    const { size, progress } = batching;
    return fileBatches(catalog, records, { accounts, isOurs, isKnownHost, progress }, () => size.rows);
  }
  const { run } = source;
  const scope = { ...(accounts !== undefined && { accounts }), ...(run !== undefined && { run }) };
  return await writtenBatches(catalog, scope, batching, undoing);
}

function undoing(row: UndoableRow): Intent {
  const { id, document, revision, operation, after } = row;
  const url = urlToRestore(operation, row);
  return { document, revision, expects: (now) => sameLinks(now, after), after: () => ({ ...after, url }), undoes: id };
}
