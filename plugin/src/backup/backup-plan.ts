import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccountId, DocumentId } from '@file-migration/config';
import type { Catalog } from '../catalog/port.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { ClaimedDocument } from '../catalog/copy-queue.ts';
import type { RunId } from '../model/run.ts';
import type { CopyMethod } from '@file-migration/config/contract';
import type { DocumentState } from '../model/document-state.ts';
import type { Org } from '../org/port.ts';
import type { CopyPlan } from '../storage/copy-result.ts';
import type { Storage } from '../storage/storage.ts';
import { csvLine } from '../format/csv.ts';
import { Pause } from '../run/pause.ts';
import { BackupProgress } from './backup-progress.ts';
import type { BackupRequest, BackupSettings } from './backup-request.ts';
import { planDiscovery, type DiscoveryPlan } from './discovery-plan.ts';
import { discover } from './discover.ts';
import { filteredBy } from './filters.ts';
import { requestCost, type Prices, type RequestCost } from './request-cost.ts';
import { scopeOf, takeOnAgain } from './scope.ts';
import type { SkipRule } from '../model/failure-codes.ts';

/** What a backup would do now, found without reading a file or writing anything that stays. */
export type BackupPlan = {
  readonly mode: DiscoveryPlan['mode'];
  /** Documents that the org gave. */
  readonly documents: number;
  /** Of the documents that the org gave and of those that earlier runs left. */
  readonly toCopy: number;
  /** Have a copy already. This one and the next three count all known documents, or one account's. */
  readonly alreadyCopied: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** Could not be copied by an earlier run; only `--retry` takes them on again. */
  readonly endedEarlier: Readonly<Record<RetryKind, number>>;
  readonly methods: Readonly<Partial<Record<CopyMethod, number>>>;
  readonly cost: RequestCost;
  /** The first documents of the plan; all of them are in `outputFile`. */
  readonly listed: readonly PlannedCopy[];
  readonly outputFile: string | undefined;
};

export type PlannedCopy = {
  readonly documentId: string;
  readonly name: string;
  readonly accountId: string | undefined;
  readonly revision: number;
  readonly from: string;
  /** Under the target bucket. */
  readonly key: string;
  readonly method: CopyMethod;
  /** Methods that would be tried when the first does not work. */
  readonly otherwise: readonly CopyMethod[];
};

type RetryKind = 'failed' | 'missing' | 'denied' | 'archived';

/** A planned copy with what storage would do for it. */
type Planned = PlannedCopy & { readonly plan: CopyPlan & { readonly kind: 'copy' } };

type PlanSettings = Pick<BackupSettings, 'filters' | 'overlapMs'>;

export type PlanContext = {
  readonly org: Org;
  readonly storage: Storage;
  /** Written as the run would write it: a copy that nobody keeps, in which everything put off is due. */
  readonly catalog: Catalog;
};

export type PlanOptions = {
  readonly settings: PlanSettings;
  readonly prices: Prices;
  /** CSV of all planned copies. */
  readonly outputFile: string | undefined;
  readonly signal: AbortSignal;
};

/** One dry run at work. */
type PlanRun = PlanContext & { readonly run: RunId; readonly settings: PlanSettings; readonly tally: PlanTally };

const listedAtMost = 1_000;
const pageRows = 1_000;
const documentsPerClaim = 500;

/**
 * Does to a copy of the catalog what the backup would do to the catalog, but for copying, and lists what then waits: so
 * the plan is the run's own work, whatever earlier runs left.
 */
export async function planBackup(
  context: PlanContext,
  request: BackupRequest,
  { settings, prices, outputFile, signal }: PlanOptions,
): Promise<BackupPlan> {
  const { catalog } = context;
  const { accountId } = request;
  const discovery = await planDiscovery(catalog, request, settings.overlapMs);
  const run = await dryRun(context, discovery, request, signal);
  const tally = new PlanTally(prices);
  const copies = plannedCopies({ ...context, run, settings, tally }, request, signal);
  if (outputFile === undefined) for await (const copy of copies) tally.add(copy);
  else await writePlan(outputFile, copies, tally);
  for await (const { skipRule = 'no-url' } of skippedDocuments(catalog, accountId)) tally.skip(skipRule);
  return {
    mode: discovery.mode,
    documents: (await catalog.run(run))?.counters.discovered ?? 0,
    alreadyCopied: await catalog.copiesAhead({ after: undefined, ...(accountId !== undefined && { accountId }) }),
    endedEarlier: await endedEarlier(catalog, accountId),
    outputFile,
    ...tally.result(),
  };
}

/** What comes before copying: what is taken on again, and discovery. */
async function dryRun(
  { catalog, org }: PlanContext,
  plan: DiscoveryPlan,
  request: BackupRequest,
  signal: AbortSignal,
): Promise<RunId> {
  const info = { command: 'dry run', configSnapshot: {} };
  const run = await catalog.startRun({ type: 'backup', mode: plan.mode, ...info, ...scopeOf(request) });
  await takeOnAgain(catalog, request);
  const scope = { run, accountId: request.accountId, enough: request.limit, pause: new Pause(0) };
  const progress = new BackupProgress();
  const { position, complete } = await discover({ catalog, org, progress }, plan, scope, signal);
  signal.throwIfAborted();
  if (complete) await catalog.resolveClones(run);
  // a resumed job is still needed by the backup itself
  if (position !== undefined && plan.discovery.kind !== 'resumed') await org.endQuery(position);
  return run;
}

/** Claims as the run would, in its order, until nothing waits. */
async function* plannedCopies(
  { storage, catalog, run, settings: { filters }, tally }: PlanRun,
  { accountId, limit = Infinity }: BackupRequest,
  signal: AbortSignal,
): AsyncGenerator<Planned> {
  const claim = { run, worker: 'dry run', ttlMs: 1, ...(accountId !== undefined && { accountId }) };
  for (let left = limit; left > 0;) {
    const documents = await catalog.claim({ ...claim, n: Math.min(documentsPerClaim, left) });
    if (documents.length === 0) return;
    left -= documents.length;
    for (const document of documents) {
      signal.throwIfAborted();
      const planned = filteredBy(filters, document.name) ?? plannedCopy(storage, document);
      if (typeof planned === 'string') tally.skip(planned);
      else yield planned;
    }
  }
}

/** What would be done for a document, or the rule by which it is skipped. */
function plannedCopy(storage: Storage, document: ClaimedDocument): Planned | SkipRule {
  const { id, name, accountId, revision, originalUrl: url, key, externalId } = document;
  const plan = storage.plan({ document: id, revision, url, key, fileName: name, externalId });
  if (plan.kind === 'skipped') return plan.rule;
  const [method, ...otherwise] = plan.methods;
  return { documentId: id, name, accountId, revision, from: plan.host, key, method, otherwise, plan };
}

/** Documents that were left out before there was anything to claim: they have no file that could be copied. */
async function* skippedDocuments(catalog: Catalog, accountId?: AccountId): AsyncGenerator<CatalogDocument> {
  const scope = { limit: pageRows, states: ['skipped'], ...(accountId !== undefined && { accountId }) } as const;
  for (let after: DocumentId | undefined; ;) {
    const documents = await catalog.documents({ ...scope, ...(after !== undefined && { after }) });
    yield* documents;
    after = documents.at(-1)?.id;
    if (after === undefined) return;
  }
}

async function endedEarlier(catalog: Catalog, accountId?: AccountId): Promise<Record<RetryKind, number>> {
  const { states }: { states: Partial<Record<DocumentState, number>> } =
    accountId === undefined
      ? await catalog.counts()
      : ((await catalog.accounts({ search: accountId, limit: 1 }))[0] ?? { states: {} });
  const { failed = 0, missing = 0, denied = 0, archived = 0 } = states;
  return { failed, missing, denied, archived };
}

async function writePlan(file: string, copies: AsyncIterable<Planned>, tally: PlanTally): Promise<void> {
  const lines = async function* (): AsyncGenerator<string> {
    yield csvLine(['document_id', 'name', 'account_id', 'revision', 'from', 'key', 'method']);
    for await (const copy of copies) {
      tally.add(copy);
      const { documentId, name, accountId = '', revision, from, key, method } = copy;
      yield csvLine([documentId, name, accountId, revision, from, key, method]);
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

class PlanTally {
  toCopy = 0;
  readonly #prices: Prices;
  readonly #skipped: Record<string, number> = {};
  readonly #methods: Partial<Record<CopyMethod, number>> = {};
  readonly #listed: PlannedCopy[] = [];
  readonly #requests = { put: 0, get: 0, other: 0 };

  constructor(prices: Prices) {
    this.#prices = prices;
  }

  skip(rule: SkipRule): void {
    this.#skipped[rule] = (this.#skipped[rule] ?? 0) + 1;
  }

  add({ plan, ...copy }: Planned): void {
    this.toCopy += 1;
    this.#methods[copy.method] = (this.#methods[copy.method] ?? 0) + 1;
    this.#requests.put += plan.requests.put;
    this.#requests.get += plan.requests.get;
    this.#requests.other += plan.requests.other;
    if (this.#listed.length < listedAtMost) this.#listed.push(copy);
  }

  result(): Pick<BackupPlan, 'toCopy' | 'skipped' | 'methods' | 'cost' | 'listed'> {
    return {
      toCopy: this.toCopy,
      skipped: this.#skipped,
      methods: this.#methods,
      cost: requestCost(this.#requests, this.#prices),
      listed: this.#listed,
    };
  }
}
