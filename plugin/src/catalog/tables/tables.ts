import type Database from 'better-sqlite3';
import { accountableTable, type AccountableTable } from './accountable-documents.ts';
import { identityTable, type IdentityTable } from './catalog-identity.ts';
import { claimsTable, type ClaimsTable } from './claims.ts';
import { countsTable, type CountsTable } from './counts.ts';
import { decisionsTable, type DecisionsTable } from './decisions.ts';
import { documentsTable, type DocumentsTable } from './documents.ts';
import { revisionsTable, type RevisionsTable } from './file-revisions.ts';
import { errorsTable, type ErrorsTable } from './migration-errors.ts';
import { runsTable, type RunsTable } from './migration-runs.ts';
import { ownershipTable, type OwnershipTable } from './ownership.ts';
import { publicationTable, type PublicationTable } from './publication.ts';
import { publishedRowsTable, type PublishedRowsTable } from './published-rows.ts';
import { readyDocumentsTable, type ReadyDocumentsTable } from './ready-documents.ts';
import { seenTable, type SeenTable } from './seen.ts';
import { updateJobsTable, type UpdateJobsTable } from './update-jobs.ts';
import { urlUpdatesTable, type UrlUpdatesTable } from './url-updates.ts';
import { verificationsTable, type VerificationsTable } from './verifications.ts';
import { workQueueTable, type WorkQueueTable } from './work-queue.ts';

/** Every table with its statements prepared. */
export type Tables = {
  readonly identity: IdentityTable;
  readonly documents: DocumentsTable;
  readonly revisions: RevisionsTable;
  readonly claims: ClaimsTable;
  readonly queue: WorkQueueTable;
  readonly seen: SeenTable;
  readonly counts: CountsTable;
  readonly runs: RunsTable;
  readonly errors: ErrorsTable;
  readonly ready: ReadyDocumentsTable;
  readonly updateJobs: UpdateJobsTable;
  readonly urlUpdates: UrlUpdatesTable;
  readonly verifications: VerificationsTable;
  readonly publication: PublicationTable;
  readonly publishedRows: PublishedRowsTable;
  readonly ownership: OwnershipTable;
  readonly decisions: DecisionsTable;
  readonly accountable: AccountableTable;
};

export function openTables(db: Database.Database): Tables {
  const queue = workQueueTable(db);
  return {
    identity: identityTable(db),
    documents: documentsTable(db),
    revisions: revisionsTable(db),
    claims: claimsTable(db),
    queue,
    seen: seenTable(db),
    counts: countsTable(db, queue),
    runs: runsTable(db),
    errors: errorsTable(db),
    ready: readyDocumentsTable(db),
    updateJobs: updateJobsTable(db),
    urlUpdates: urlUpdatesTable(db),
    verifications: verificationsTable(db),
    publication: publicationTable(db),
    publishedRows: publishedRowsTable(db),
    ownership: ownershipTable(db),
    decisions: decisionsTable(db),
    accountable: accountableTable(db),
  };
}
