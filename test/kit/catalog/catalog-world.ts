import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  accountId,
  DEFAULT_KEY_LAYOUT,
  documentId,
  keyLayout,
  organizationId,
  type DocumentId,
} from '@file-migration/config';
import { type CatalogOptions, openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { Catalog } from '../../../plugin/src/catalog/port.ts';
import type { ClaimedDocument, ClaimedOutcome } from '../../../plugin/src/catalog/copy-queue.ts';
import type { CopyOutcome } from '../../../plugin/src/model/copy-outcome.ts';
import type { OrgDocument } from '../../../plugin/src/model/document.ts';
import type { DiscoveryCounts } from '../../../plugin/src/catalog/discovery.ts';
import type { NewRun } from '../../../plugin/src/catalog/runs.ts';
import type { ResumePosition, RunId } from '../../../plugin/src/model/run.ts';
import type { SharedClock } from '../../../plugin/src/catalog/wire.ts';

/** A folder with a catalog in it, and the catalogs opened there; `close` takes all of it away. */
export type CatalogWorld = {
  readonly folder: string;
  readonly file: string;
  /** The tests' time: it stands still until it is moved. */
  readonly clock: SharedClock;
  readonly now: number;
  pass(milliseconds: number): void;
  options(more?: Partial<CatalogOptions>): CatalogOptions;
  open(more?: Partial<CatalogOptions>): Promise<Catalog>;
  close(): Promise<void>;
};

export async function catalogWorld(): Promise<CatalogWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-test-'));
  const file = join(folder, 'migration_tracking.db');
  const clock = standingClock();
  const opened: Catalog[] = [];
  const options: CatalogWorld['options'] = (more) => ({ ...catalogOptions(file, clock), ...more });
  return {
    folder,
    file,
    clock,
    get now() {
      return clock[0] ?? 0;
    },
    pass: (milliseconds) => {
      clock[0] = (clock[0] ?? 0) + milliseconds;
    },
    options,
    open: async (more) => {
      const catalog = await openCatalog(options(more));
      opened.push(catalog);
      return catalog;
    },
    close: async () => {
      for (const catalog of opened) await catalog.close().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a catalog in this file is opened with; also by a process that the world does not know. */
export function catalogOptions(file: string, clock: SharedClock = standingClock()): CatalogOptions {
  return {
    file,
    binding,
    command: 'sf migrate files backup',
    layout: keyLayout(DEFAULT_KEY_LAYOUT),
    linkBaseUrls: ['https://files.example.com', 'https://old.example.com/files/'],
    clock,
  };
}

function standingClock(): SharedClock {
  const clock = new Float64Array(new SharedArrayBuffer(8));
  clock[0] = Date.UTC(2026, 0, 1);
  return clock;
}

export const binding = {
  organizationId: organizationId('00D5g000000AbCd'),
  object: 'DocListEntry__c',
  urlField: 'Document__c',
  bucket: 'customer-files',
  prefix: 'uploads/',
};

export const newRun: NewRun = {
  type: 'backup',
  mode: 'full',
  command: 'sf migrate files backup --full',
  configSnapshot: { target: { bucket: 'customer-files' } },
};

/** The nth document's id. */
export function idOf(n: number): DocumentId {
  return documentId(`a0B5g${String(n).padStart(10, '0')}`);
}

export function accountOf(n: number) {
  return accountId(`0015g${String(n).padStart(10, '0')}`);
}

export function sourceUrl(name: number | string): string {
  return `https://vendor-documents.s3.us-west-2.amazonaws.com/acme/${name}`;
}

/** The nth document, in account n modulo 3. */
export function found(n: number, more: Partial<OrgDocument> = {}): OrgDocument {
  return {
    id: idOf(n),
    name: `Invoice ${n}.pdf`,
    accountId: accountOf(n % 3),
    accountName: `Account ${n % 3}`,
    url: sourceUrl(n),
    externalId: `x${n}`,
    lastModifiedAt: Date.UTC(2025, 5, 1),
    systemModstamp: Date.UTC(2025, 5, 1),
    deleted: false,
    ...more,
  };
}

export function foundMany(count: number, from = 0): OrgDocument[] {
  return Array.from({ length: count }, (_, index) => found(from + index));
}

export function position(run: RunId, more: Partial<ResumePosition> = {}): ResumePosition {
  return { discovery: run, mode: 'full', jobId: '750A', apiVersion: '66.0', startedAt: 1, done: false, ...more };
}

export async function discover(
  catalog: Catalog,
  run: RunId,
  documents: readonly OrgDocument[],
): Promise<DiscoveryCounts> {
  return catalog.recordDiscovered({ run, documents, position: undefined });
}

export async function claim(catalog: Catalog, run: RunId, n = 100): Promise<ClaimedDocument[]> {
  return catalog.claim({ run, n, worker: 'test', ttlMs: 60_000 });
}

export function copied(more: Partial<Extract<CopyOutcome, { kind: 'copied' }>> = {}): CopyOutcome {
  return {
    kind: 'copied',
    method: 's3',
    verified: true,
    evidence: 'B',
    source: { size: 1_000, etag: '9e107d9d372bb6826bd81d3542a419d6' },
    target: { size: 1_000, etag: '9e107d9d372bb6826bd81d3542a419d6', checksum: 'sha256:full:q80=' },
    sha256: 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592',
    alreadyThere: false,
    substitute: false,
    ...more,
  };
}

export const missing: CopyOutcome = {
  kind: 'missing',
  code: 'source-missing',
  failureClass: 'skip',
  message: 'The source answered 404.',
};

export function outcome({ id, revision, token }: ClaimedDocument, what: CopyOutcome): ClaimedOutcome {
  return { id, revision, token, outcome: what };
}

/** Claims everything that can be claimed and has `what` become of it. */
export async function recordAll(catalog: Catalog, run: RunId, what: CopyOutcome = copied()): Promise<number> {
  let recorded = 0;
  for (;;) {
    const claimed = await claim(catalog, run, 500);
    if (claimed.length === 0) return recorded;
    await catalog.recordOutcomes(
      run,
      claimed.map((document) => outcome(document, what)),
    );
    recorded += claimed.length;
  }
}
