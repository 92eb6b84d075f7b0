import type { AccountId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { ResumePosition, RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { DocumentQuery, Org } from '../org/port.ts';
import type { Pause } from '../run/pause.ts';
import type { BackupProgress } from './backup-progress.ts';
import type { DiscoveryPlan } from './discovery-plan.ts';

/** How discovery ended. */
export type Discovery = {
  /** Undefined when there was none to do. */
  readonly position: ResumePosition | undefined;
  /** The whole result of the query is in the catalog. */
  readonly complete: boolean;
};

export type DiscoveryScope = {
  readonly run: RunId;
  readonly accountId: AccountId | undefined;
  /** Discovery may end early once so many documents are there to be copied. */
  readonly enough: number | undefined;
  /** Where a limit of the org is waited for. */
  readonly pause: Pause;
  /** Documents are there to be copied. */
  readonly onFound?: () => void;
};

export type DiscoveryContext = { readonly catalog: Catalog; readonly org: Org; readonly progress: BackupProgress };

/** Streams the document query into the catalog: each page's documents and the place to resume from in one transaction. */
export async function discover(
  context: DiscoveryContext,
  plan: DiscoveryPlan,
  scope: DiscoveryScope,
  signal: AbortSignal,
): Promise<Discovery> {
  const { discovery } = plan;
  if (discovery.kind === 'none') return { position: undefined, complete: false };
  if (discovery.kind === 'resumed' && discovery.position.done) return { position: discovery.position, complete: true };
  let resume = discovery.kind === 'resumed' ? discovery.position : undefined;
  let mayAskAnew = resume !== undefined;
  const onPosition = (position: ResumePosition): void => {
    resume = position;
  };
  for (;;) {
    try {
      return await read(
        context,
        query(plan, scope, resume),
        { ...scope, ...keptOrNew(plan, scope), onPosition },
        signal,
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.failureClass === 'pause') {
        scope.pause.begin(error);
        await scope.pause.over(signal);
        if (signal.aborted) return { position: resume, complete: false };
      } else if (error.code === 'query-job-gone' && mayAskAnew) {
        // The org has thrown the old job away: ask anew. The marks of the old discovery stay true, so it carries them on.
        resume = undefined;
        mayAskAnew = false;
      } else throw error;
    }
  }
}

type DiscoveryIdentity = Pick<ResumePosition, 'discovery' | 'mode'>;

function keptOrNew({ discovery }: DiscoveryPlan, { run }: DiscoveryScope): DiscoveryIdentity {
  if (discovery.kind === 'resumed') {
    return { discovery: discovery.position.discovery, mode: discovery.position.mode };
  }
  return { discovery: run, mode: discovery.kind === 'incremental' ? 'incremental' : 'full' };
}

function query({ discovery }: DiscoveryPlan, scope: DiscoveryScope, resume: ResumePosition | undefined): DocumentQuery {
  const incremental =
    discovery.kind === 'incremental' || (discovery.kind === 'resumed' && discovery.position.mode === 'incremental');
  const since = discovery.kind === 'incremental' || discovery.kind === 'resumed' ? discovery.since : undefined;
  return {
    // A full discovery learns of deleted records by their absence; the recycle bin would only bring strangers.
    withDeleted: incremental,
    ...(incremental && since !== undefined && { since }),
    ...(scope.accountId !== undefined && { accountId: scope.accountId }),
    ...(resume !== undefined && { resume }),
  };
}

type Resuming = { readonly onPosition: (position: ResumePosition) => void };

async function read(
  { catalog, org, progress }: DiscoveryContext,
  request: DocumentQuery,
  { run, enough, onFound, onPosition, discovery, mode }: DiscoveryScope & DiscoveryIdentity & Resuming,
  signal: AbortSignal,
): Promise<Discovery> {
  let position: ResumePosition | undefined;
  let toCopy = 0;
  for await (const batch of org.queryDocuments({
    ...request,
    onJob: ({ state, records }) => progress.queryIs(state, records),
  })) {
    position = { ...batch.position, discovery, mode };
    const counts = await catalog.recordDiscovered({ run, documents: batch.documents, position });
    onPosition(position);
    progress.discovered(batch.documents.length);
    onFound?.();
    toCopy += counts.created + counts.replaced;
    if (signal.aborted) return { position, complete: false };
    if (enough !== undefined && toCopy >= enough) break;
  }
  return { position, complete: position?.done ?? false };
}
