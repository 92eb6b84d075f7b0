import type { AccountId, ObjectKey } from '@file-migration/config';
import type { UndoableRow } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { NewRun } from '../catalog/runs.ts';
import type { Org } from '../org/port.ts';
import type { Intent, UpdateTools } from '../jobs/update-context.ts';
import { JobSize } from '../jobs/job-size.ts';
import { sameLinks } from '../jobs/link-fields.ts';
import { previewUpdate, type UpdatePreview } from '../jobs/preview-update.ts';
import { updateDocuments, type UpdateOptions, type UpdateResult } from '../jobs/update-documents.ts';
import type { IgnorableGate } from '../checks/rule-book.ts';
import type { LinkOf } from '../checks/link-of.ts';
import type { UpdateSettings } from '../jobs/update-settings.ts';
import { countUnjournaled, writtenBatches, type Batching } from '../jobs/written-links.ts';

export type RelinkRequest = {
  readonly linkOf: LinkOf;
  readonly accounts?: readonly (AccountId | null)[];
  readonly ignoredGates: readonly IgnorableGate[];
  /** Asked when nothing is left of earlier runs. @throws when nothing new may be written */
  readonly requireReady?: () => void;
  readonly waitMs: number;
  readonly mode: NewRun['mode'];
};

/**
 * Rewrites links after the redirect service has moved: those that are still exactly what we wrote, and not yet as they
 * should be. Keys and original URLs stay.
 */
export async function relinkDocuments(
  tools: UpdateTools,
  request: RelinkRequest,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const { accounts, ignoredGates, mode, waitMs, requireReady } = request;
  return await updateDocuments(
    tools,
    {
      operation: 'relink',
      fields: ['urlField'],
      mode,
      scope: {
        ...(accounts !== undefined && { accountIds: accounts }),
        ...(ignoredGates.length > 0 && { ignoredGates }),
      },
      waitMs,
      requireReady,
      write: async ({ catalog, progress }, writer) => {
        progress.stageIs('Write');
        await writer.write(await relinkBatches(catalog, request, { size: writer.size, progress }));
        writer.report.unjournaled = await beyondJournal(catalog, request);
      },
    },
    options,
  );
}

/** What a relink would do now; writes nothing. */
export async function planRelink(
  { catalog, org }: { catalog: CatalogReader; org: Org },
  request: Pick<RelinkRequest, 'linkOf' | 'accounts'>,
  { names, rowsPerJob: most, batchMs: longestMs }: UpdateSettings,
  signal: AbortSignal,
): Promise<UpdatePreview> {
  const size = new JobSize({ most, longestMs });
  const batches = await relinkBatches(catalog, request, { size, progress: undefined });
  const unjournaled = await beyondJournal(catalog, request);
  return { ...(await previewUpdate(org, names, batches, signal)), unjournaled };
}

/** Links of another form than they should have that the journal does not know. */
function beyondJournal(
  catalog: CatalogReader,
  { accounts, linkOf }: Pick<RelinkRequest, 'linkOf' | 'accounts'>,
): Promise<number> {
  return countUnjournaled(
    catalog,
    accounts,
    ({ document, key, url }) => key === undefined || url !== linkOf(document, key),
  );
}

function relinkBatches(
  catalog: CatalogReader,
  { accounts, linkOf }: Pick<RelinkRequest, 'linkOf' | 'accounts'>,
  batching: Batching,
): Promise<AsyncGenerator<Intent[]>> {
  const scope = accounts === undefined ? {} : { accounts };
  return writtenBatches(catalog, scope, batching, (row) => relinkIntent(row, linkOf));
}

function relinkIntent({ id, document, revision, after }: UndoableRow, linkOf: LinkOf): Intent | undefined {
  if (after.key === null) return undefined;
  const url = linkOf(document, after.key as ObjectKey);
  if (url === after.url) return undefined;
  return { document, revision, expects: (now) => sameLinks(now, after), after: () => ({ ...after, url }), undoes: id };
}
