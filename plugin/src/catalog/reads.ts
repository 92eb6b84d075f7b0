import type Database from 'better-sqlite3';
import { isLocked, readHolder } from './lock.ts';
import type { AccountCounts } from '../model/counts.ts';
import type { CatalogDocument } from '../model/document.ts';
import type { CatalogReader } from './port.ts';
import type { Run } from '../model/run.ts';
import { publicationReads } from './publication-reads.ts';
import { documentState, documentStates } from '../model/document-state.ts';
import { isAdoptable } from './rules/adopted.ts';
import type { Synchronous } from './synchronous.ts';
import { breakdownTable } from './tables/breakdown.ts';
import { recounted } from './tables/counts.ts';
import { isRare } from './tables/documents.ts';
import type { StoredDocument } from './tables/document-row.ts';
import { driftTable } from './tables/drift.ts';
import type { Tables } from './tables/tables.ts';
import { urlTallyTable } from './tables/url-tally.ts';

/** Rows that one call returns at most: what crosses a thread boundary holds up the event loop on both sides. */
const mostRows = 1_000;

/** Everything that screens read. */
export function catalogReads(
  db: Database.Database,
  file: string,
  tables: Tables,
  now: () => number = Date.now,
): Omit<Synchronous<CatalogReader>, 'close'> {
  const {
    documents,
    revisions,
    counts,
    runs,
    errors,
    identity,
    ready,
    updateJobs,
    urlUpdates,
    verifications,
    accountable,
  } = tables;
  const asSeen = (run: Run): Run =>
    run.status === 'running' && !isLocked(file) ? { ...run, status: 'interrupted', endedAt: run.heartbeatAt } : run;

  const wholeTable = breakdownTable(db);
  const ofOneMoment = db.transaction(() =>
    recounted(documents.groups(), revisions.countCopies(), documents.countAccounts()),
  );
  return {
    ...publicationReads(tables, asSeen, bounded, now),
    counts: () => counts.read(),
    recount: () => ofOneMoment(),
    accounts({ after, limit, search }) {
      const wanted = search?.toLocaleLowerCase();
      const found: AccountCounts[] = [];
      for (const account of counts.accounts(after)) {
        if (found.length >= bounded(limit)) break;
        if (wanted === undefined || isAbout(account, wanted)) found.push(account);
      }
      return found;
    },
    runs: (limit) => runs.newest(bounded(limit)).map(asSeen),
    run(id) {
      const run = runs.byId(id);
      return run && asSeen(run);
    },
    watermark: () => identity.watermark(),
    errorClasses: () => errors.classes(),
    recentErrors: (limit) => errors.recent(bounded(limit)),
    documents({ after = '', limit, states = documentStates, accountId }) {
      const rows = bounded(limit);
      if (accountId !== undefined) return documents.accountPage(accountId, after, states, rows).map(shown);
      if (!states.every(isRare)) return documents.page(after, states, rows).map(shown);
      return states
        .flatMap((state) => documents.rarePage(after, state, rows).map(({ document }) => document))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, rows)
        .map(shown);
    },
    document(id) {
      const found = documents.find(id);
      return found && shown(found.document);
    },
    revisions: ({ after = { document: '', revision: 0 }, limit }) => revisions.page(after, bounded(limit)),
    unfinishedJobs: () => updateJobs.unfinished(),
    newestJob: () => updateJobs.newest(),
    jobWindows: () => updateJobs.windows(),
    openRows: (job, after, limit) => urlUpdates.open(job, after ?? 0, bounded(limit)),
    journalCounts: (run) => urlUpdates.counts(run),
    journalOutcomes: (run) => urlUpdates.outcomes(run),
    journalOf: (document) => urlUpdates.ofDocument(document),
    switchable: (page) => ready.page(page, bounded(page.limit)),
    writtenAccounts: (run) => urlUpdates.writtenAccounts(run),
    unjournaledLinks: ({ after = '', limit }) => urlUpdates.unjournaled(after, bounded(limit)),
    undoable: (page) => urlUpdates.undoable(page, bounded(page.limit)),
    waveAccounts: () =>
      [...counts.accounts(undefined)].map(({ accountId, accountName, documents: all, states }) => ({
        accountId: accountId ?? null,
        accountName,
        documents: all,
        ready: states.verified ?? 0,
        switched: states.switched ?? 0,
      })),
    readyFacts: (accounts) => ready.facts(accounts),
    longestEncodedKey: (accounts, of) => ready.longestEncodedKey(accounts, of),
    notSeenSince: ({ account, since, after, limit }) =>
      documents
        .notSeenSince(account, since, after, bounded(limit))
        .map(({ row, document }) => ({ cursor: row, document: shown(document) })),
    countNotSeen: (accounts, since) => ready.countNotSeen(accounts, since),
    unfinishedVerification: () => verifications.unfinished(),
    copiesAhead: ({ after = '', accountId }) => documents.copiesAfter(after, accountId),
    passResults: (seed) => verifications.results(seed),
    breakdown: () => wholeTable.breakdown(),
    ...driftTable(db),
    ...urlTallyTable(db),
    notAdoptable: (given) =>
      given
        .filter((one) => {
          const found = documents.find(one.id);
          return found !== undefined && !isAdoptable(found, one);
        })
        .map(({ id }) => id),
    unknownKeys: (keys) => keys.filter((key) => !documents.hasKey(key) && !revisions.hasKey(key)),
    ownership: () => tables.ownership.read(),
    accountable: ({ after = '', limit }) => accountable.page(after, bounded(limit)),
    accountableByIds: (ids) => accountable.byIds(ids.slice(0, mostRows)),
    filesSince: (since) => accountable.filesSince(since),
    holder: () => (isLocked(file) ? readHolder(db) : undefined),
  };
}

function isAbout({ accountId, accountName }: AccountCounts, wanted: string): boolean {
  return (
    accountName?.toLocaleLowerCase().includes(wanted) === true ||
    accountId?.toLocaleLowerCase().startsWith(wanted) === true
  );
}

function bounded(limit: number): number {
  return Math.max(0, Math.min(limit, mostRows));
}

function shown(document: StoredDocument): CatalogDocument {
  const { record, copy, link, lastError, divergingUrl, ...rest } = document;
  return {
    id: rest.id,
    accountId: rest.accountId,
    accountName: rest.accountName,
    name: rest.name,
    externalId: rest.externalId,
    originalUrl: rest.originalUrl,
    currentUrl: divergingUrl ?? rest.originalUrl,
    revision: rest.revision,
    key: rest.key,
    state: documentState(document),
    recordState: record,
    copyState: copy,
    linkState: link,
    sourceChanged: rest.sourceChanged,
    skipRule: rest.skipRule,
    evidence: rest.evidence,
    method: rest.method,
    substitute: rest.substitute,
    source: rest.source,
    target: rest.target,
    sha256: rest.sha256,
    attempts: rest.attempts,
    nextAttemptAt: rest.nextAttempt === 0 ? undefined : rest.nextAttempt,
    lastErrorCode: lastError,
    backedUpAt: rest.backedUpAt,
    lastModifiedAt: rest.lastModifiedAt,
  };
}
