import { createWriteStream, type WriteStream } from 'node:fs';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { keyOwner, renderKey, type KeyLayout } from '@file-migration/config';
import type { AdoptedDocument } from '../catalog/adoption.ts';
import type { Catalog } from '../catalog/port.ts';
import type { CatalogCounts } from '../model/counts.ts';
import type { RunId } from '../model/run.ts';
import { Failure } from '../model/failure.ts';
import type { RunLog } from '../logs/run-log.ts';
import { concurrently } from '../async/concurrently.ts';
import type { PhaseOptions } from '../run/phase-options.ts';
import type { Progress } from '../run/progress.ts';
import { recordedRun } from '../run/recorded-run.ts';
import type { Storage } from '../storage/storage.ts';
import { csvLine } from '../format/csv.ts';
import { adoptedError, adoptedRun, candidate, type Candidate, type NotAdopted } from './adoptable.ts';
import { openPredecessor, type Predecessor } from './predecessor.ts';

export type ImportContext = { readonly catalog: Catalog; readonly storage: Storage; readonly log: RunLog };

export type ImportRequest = {
  readonly database: string;
  /** Of the target's keys; objects outside its prefix cannot be taken over. */
  readonly layout: KeyLayout;
  /** CSV of every row whose object was not taken over, and why. */
  readonly outputFile: string | undefined;
};

/** What became of the rows; `adopted`, the reasons, `known` and `unusable` sum to `rows`. */
export type ImportResult = {
  readonly runId: RunId;
  readonly status: 'completed' | 'stopped';
  readonly rows: number;
  /** The object is there: nothing is copied again. */
  readonly adopted: number;
  /** To be copied, by the reason why the object was not taken over. */
  readonly toCopy: Readonly<Record<NotAdopted, number>>;
  /** The catalog had a copy, or another URL, already. */
  readonly known: number;
  /** Rows that name no Salesforce record. */
  readonly unusable: number;
  /** Documents whose records hold the other program's link. */
  readonly linked: number;
  readonly runs: number;
  /** Of those, runs that were called running although nobody works. */
  readonly staleRuns: number;
  readonly errors: number;
  readonly firstCollisions: readonly { readonly key: string; readonly document: string; readonly sharers: number }[];
  readonly counts: CatalogCounts;
  readonly seconds: number;
};

const pageRows = 500;
const window = 128;
const shownCollisions = 20;

/** Counts what an import does while it does it. */
export class ImportProgress {
  total = 0;
  done = 0;
  now(): Progress {
    const { total, done } = this;
    return {
      stage: 'Adopt',
      done,
      total: Math.max(total, done),
      totalIsFinal: true,
      bytes: undefined,
      attention: 0,
      notes: [],
    };
  }
}

export const importStages = ['Adopt'] as const;

/**
 * Adopts a tracking database of the Python scripts: rows become documents, and those whose object is really there (HEAD
 * decides) are not copied again. Repeating it adopts what is missing and nothing twice.
 * @throws Failure of class `stop` or `pause`; what was adopted before it is kept
 */
export async function importPredecessor(
  context: ImportContext,
  request: ImportRequest,
  { info, progress, signal }: Omit<PhaseOptions<never, ImportProgress>, 'settings'>,
): Promise<ImportResult> {
  using predecessor = openPredecessor(request.database);
  const { catalog, storage, log } = context;
  const started = performance.now();
  progress.total = predecessor.countFiles();
  const tally = new Tally(request.outputFile);
  try {
    return await recordedRun(context, { type: 'import', mode: 'full', ...info }, async (run) => {
      await catalog.releaseClaims();
      const database = basename(request.database);
      const runs = predecessor.runs().map((row) => adoptedRun(row, database));
      const adoptedRuns = await catalog.adoptRuns(runs);
      for (let after = 0; !signal.aborted;) {
        const rows = predecessor.files(after, pageRows);
        const last = rows.at(-1);
        if (last === undefined) break;
        await adoptPage({ catalog, storage, run, layout: request.layout, tally }, rows, signal);
        progress.done += rows.length;
        after = last.id;
      }
      const errors = signal.aborted ? 0 : await adoptErrors(catalog, run, predecessor);
      log.event('rows adopted', { run, adopted: tally.adopted });
      return {
        runId: run,
        status: signal.aborted ? 'stopped' : 'completed',
        ...tally.result(),
        runs: adoptedRuns,
        staleRuns: adoptedRuns === 0 ? 0 : runs.filter((row) => row.status === 'interrupted').length,
        errors,
        counts: await catalog.counts(),
        seconds: (performance.now() - started) / 1000,
      };
    });
  } finally {
    await tally.end();
  }
}

/** One import at work. */
type Adopting = Pick<ImportContext, 'catalog' | 'storage'> & {
  readonly run: RunId;
  readonly layout: KeyLayout;
  readonly tally: Tally;
};

async function adoptPage(
  { catalog, storage, run, layout, tally }: Adopting,
  rows: ReturnType<Predecessor['files']>,
  signal: AbortSignal,
): Promise<void> {
  const candidates = rows.map((row) => ({ row, found: candidate(row, layout.prefix) }));
  const asked = candidates.flatMap(({ found }) => (found === undefined ? [] : [found.document]));
  const known = new Set(await catalog.notAdoptable(asked));
  const open: { candidate: Candidate; key: string; sharers: number }[] = [];
  for (const { row, found } of candidates) {
    tally.rows += 1;
    if (found === undefined) tally.unusable += 1;
    else if (known.has(found.document.id)) tally.known += 1;
    else open.push({ candidate: found, key: row.your_s3_key ?? '', sharers: row.sharers });
  }
  const looked = new Array<Looked | undefined>(open.length);
  try {
    await concurrently(open.entries(), { atOnce: window }, async ([index, one]) => {
      looked[index] = await look(storage, one.candidate, layout, signal);
    });
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  const documents: AdoptedDocument[] = [];
  for (const [index, { candidate: one, key, sharers }] of open.entries()) {
    const result = looked[index];
    if (result === undefined) continue;
    tally.take(one, result, { key, sharers });
    documents.push({ ...one.document, copy: result.copy });
  }
  await catalog.adoptDocuments(run, documents);
}

type Looked = { readonly copy: AdoptedDocument['copy']; readonly reason: NotAdopted | undefined };

/**
 * HEAD decides: what the old database says about the bucket is not believed. What is there is copied inside the bucket to
 * the document's own key, because the redirect opens no key without the record's id; nothing is read from the vendor.
 */
async function look(storage: Storage, one: Candidate, layout: KeyLayout, signal: AbortSignal): Promise<Looked> {
  if (one.key === undefined) return { copy: undefined, reason: one.reason };
  const target = await storage.targetFacts(one.key, signal);
  if (target === undefined) return { copy: undefined, reason: 'not-there' };
  if (one.size !== undefined && one.size !== target.size) return { copy: undefined, reason: 'other-size' };
  const { key: copiedFrom, sha256, backedUpAt = target.lastModifiedAt } = one;
  const { id, accountId, accountName, name: fileName, originalUrl: url } = one.document;
  if (keyOwner(copiedFrom, layout.prefix) === id) {
    return { copy: { key: copiedFrom, copiedFrom, target, sha256, backedUpAt }, reason: undefined };
  }
  const key = renderKey(layout, { recordId: id, accountId, accountName, fileName, revision: 1 });
  try {
    const copy = await storage.copyWithin(copiedFrom, { document: id, revision: 1, url, key, fileName }, signal);
    return { copy: { key, copiedFrom, target: copy, sha256, backedUpAt }, reason: undefined };
  } catch (error) {
    if (!(error instanceof Failure) || error.failureClass !== 'skip') throw error;
    return { copy: undefined, reason: 'not-copyable' };
  }
}

async function adoptErrors(catalog: Catalog, run: RunId, predecessor: Predecessor): Promise<number> {
  let adopted = 0;
  for (let after = 0; ;) {
    const rows = predecessor.errors(after, pageRows);
    const last = rows.at(-1);
    if (last === undefined) return adopted;
    const errors = rows.map(adoptedError).filter((error) => error !== undefined);
    if (errors.length > 0) adopted += await catalog.adoptErrors(run, errors);
    after = last.id;
  }
}

/** Adds up what became of rows; those not taken over go into a file if there is one. */
class Tally {
  rows = 0;
  adopted = 0;
  known = 0;
  unusable = 0;
  linked = 0;
  readonly #toCopy: Record<NotAdopted, number> = {
    'shared-key': 0,
    'unusable-key': 0,
    'not-there': 0,
    'other-size': 0,
    'not-copyable': 0,
  };
  readonly #collisions: { key: string; document: string; sharers: number }[] = [];
  readonly #csv: WriteStream | undefined;
  readonly #written: Promise<void> | undefined;

  constructor(file: string | undefined) {
    if (file === undefined) return;
    this.#csv = createWriteStream(file);
    this.#csv.write(csvLine(['reason', 'document_id', 'name', 'key', 'documents_with_this_key']));
    this.#written = finished(this.#csv);
    // thrown by `end`
    this.#written.catch(() => undefined);
  }

  take({ document }: Candidate, { copy, reason }: Looked, { key, sharers }: { key: string; sharers: number }): void {
    if (document.link !== undefined) this.linked += 1;
    if (copy !== undefined) this.adopted += 1;
    if (reason === undefined) return;
    this.#toCopy[reason] += 1;
    this.#csv?.write(csvLine([reason, document.id, document.name, key, sharers]));
    if (reason === 'shared-key' && this.#collisions.length < shownCollisions) {
      this.#collisions.push({ key, document: document.id, sharers });
    }
  }

  result() {
    const { rows, adopted, known, unusable, linked } = this;
    return { rows, adopted, toCopy: this.#toCopy, known, unusable, linked, firstCollisions: this.#collisions };
  }

  async end(): Promise<void> {
    this.#csv?.end();
    await this.#written;
  }
}
