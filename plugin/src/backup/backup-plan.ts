import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { renderKey, type MigrationConfig, type ObjectKey } from '@file-migration/config';
import { stringify } from 'csv-stringify';
import type { CatalogDocument, CatalogReader, Way } from '../catalog/port.ts';
import type { Org, OrgDocument } from '../org/port.ts';
import type { CopyPlan } from '../storage/copy-result.ts';
import type { Storage } from '../storage/storage.ts';
import { safeCell } from '../text/csv-cell.ts';
import type { BackupRequest } from './backup-request.ts';
import { chooseCourse, type Course } from './course.ts';
import { filteredBy } from './filters.ts';
import { requestCost, type RequestCost } from './request-cost.ts';

/** What a backup would do now, found without reading a file or writing anything. */
export type BackupPlan = {
  readonly mode: Course['mode'];
  /** Documents that the org gave. */
  readonly documents: number;
  readonly toCopy: number;
  /** Copied already, under the same URL. */
  readonly alreadyCopied: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly ways: Readonly<Partial<Record<Way, number>>>;
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
  readonly way: Way;
  /** Ways that would be tried when the first does not work. */
  readonly otherwise: readonly Way[];
};

type PlanTools = { readonly org: Org; readonly storage: Storage; readonly catalog: CatalogReader | undefined };

const listedAtMost = 1_000;

/** Walks through the same documents as the backup would, and decides for each as it would. */
export async function planBackup(
  tools: PlanTools,
  request: BackupRequest,
  config: MigrationConfig,
  { outputFile }: { outputFile: string | undefined },
  signal: AbortSignal,
): Promise<BackupPlan> {
  const tally = new PlanTally();
  const course =
    tools.catalog === undefined
      ? ({ mode: 'full', discovery: { kind: 'full' } } as const)
      : await chooseCourse(tools.catalog, request, config.backup.overlapMinutes * 60_000);
  const copies = plannedCopies(tools, course, request, config, tally, signal);
  if (outputFile === undefined) for await (const copy of copies) tally.add(copy);
  else await writePlan(outputFile, copies, tally);
  return { mode: course.mode, outputFile, ...tally.result() };
}

async function* plannedCopies(
  { org, storage, catalog }: PlanTools,
  course: Course,
  { accountId, limit }: BackupRequest,
  config: MigrationConfig,
  tally: PlanTally,
  signal: AbortSignal,
): AsyncGenerator<PlannedCopy & { plan: CopyPlan & { kind: 'copy' } }> {
  const since = course.discovery.kind === 'incremental' ? course.discovery.since : undefined;
  const query = { ...(accountId !== undefined && { accountId }), ...(since !== undefined && { since }) };
  for await (const { documents } of org.queryDocuments(query)) {
    for (const document of documents) {
      signal.throwIfAborted();
      if (limit !== undefined && tally.toCopy >= limit) return;
      tally.documents += 1;
      const known = await catalog?.document(document.id);
      if (isDone(known, document)) tally.alreadyCopied += 1;
      else {
        const planned = plannedCopy({ storage, config }, document, known, tally);
        if (planned !== undefined) yield planned;
      }
    }
  }
}

/** Copied under this URL, or switched: its URL is then our own link. */
function isDone(known: CatalogDocument | undefined, document: OrgDocument): boolean {
  if (known === undefined || known.sourceChanged || !['copied', 'verified'].includes(known.copyState)) return false;
  const isOurs = known.linkState === 'ours' || known.linkState === 'outdated';
  return known.originalUrl === document.url || (isOurs && known.currentUrl === document.url);
}

function plannedCopy(
  { storage, config }: { storage: Storage; config: MigrationConfig },
  document: OrgDocument,
  known: CatalogDocument | undefined,
  tally: PlanTally,
): (PlannedCopy & { plan: CopyPlan & { kind: 'copy' } }) | undefined {
  const rule = document.url === '' ? 'no-url' : filteredBy(config.filters, document.name);
  if (rule !== undefined) {
    tally.skip(rule);
    return undefined;
  }
  const revision = nextRevision(known, document);
  const key: ObjectKey =
    known?.key !== undefined && known.revision === revision
      ? known.key
      : renderKey(config.key, {
          recordId: document.id,
          accountId: document.accountId,
          accountName: document.accountName,
          fileName: document.name,
          revision,
        });
  const plan = storage.plan({
    document: document.id,
    revision,
    url: document.url,
    key,
    fileName: document.name,
    externalId: document.externalId,
  });
  if (plan.kind === 'skipped') {
    tally.skip(plan.rule);
    return undefined;
  }
  const [way, ...otherwise] = plan.ways;
  return {
    documentId: document.id,
    name: document.name,
    accountId: document.accountId,
    revision,
    from: plan.host,
    key,
    way,
    otherwise,
    plan,
  };
}

function nextRevision(known: CatalogDocument | undefined, document: OrgDocument): number {
  if (known === undefined) return 1;
  return known.originalUrl === document.url && !known.sourceChanged ? known.revision : known.revision + 1;
}

async function writePlan(
  file: string,
  copies: AsyncIterable<PlannedCopy & { plan: CopyPlan & { kind: 'copy' } }>,
  tally: PlanTally,
): Promise<void> {
  const rows = async function* (): AsyncGenerator<string[]> {
    for await (const copy of copies) {
      tally.add(copy);
      yield [
        copy.documentId,
        copy.name,
        copy.accountId ?? '',
        String(copy.revision),
        copy.from,
        copy.key,
        copy.way,
      ].map(safeCell);
    }
  };
  const columns = ['document_id', 'name', 'account_id', 'revision', 'from', 'key', 'way'];
  await pipeline(Readable.from(rows()), stringify({ header: true, columns }), createWriteStream(file));
}

class PlanTally {
  documents = 0;
  toCopy = 0;
  alreadyCopied = 0;
  readonly #skipped: Record<string, number> = {};
  readonly #ways: Partial<Record<Way, number>> = {};
  readonly #listed: PlannedCopy[] = [];
  readonly #requests = { put: 0, get: 0, other: 0 };

  skip(rule: string): void {
    this.#skipped[rule] = (this.#skipped[rule] ?? 0) + 1;
  }

  add({ plan, ...copy }: PlannedCopy & { plan: CopyPlan & { kind: 'copy' } }): void {
    this.toCopy += 1;
    this.#ways[copy.way] = (this.#ways[copy.way] ?? 0) + 1;
    this.#requests.put += plan.requests.put;
    this.#requests.get += plan.requests.get;
    this.#requests.other += plan.requests.other;
    if (this.#listed.length < listedAtMost) this.#listed.push(copy);
  }

  result(): Omit<BackupPlan, 'mode' | 'outputFile'> {
    return {
      documents: this.documents,
      toCopy: this.toCopy,
      alreadyCopied: this.alreadyCopied,
      skipped: this.#skipped,
      ways: this.#ways,
      cost: requestCost(this.#requests),
      listed: this.#listed,
    };
  }
}
