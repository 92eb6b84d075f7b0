import type Database from 'better-sqlite3';
import { identityTable } from './catalog-identity.ts';
import { claimsTable } from './claims.ts';
import { countsTable } from './counts.ts';
import { documentsTable } from './documents.ts';
import { revisionsTable } from './file-revisions.ts';
import { errorsTable } from './migration-errors.ts';
import { runsTable } from './migration-runs.ts';
import { readyDocumentsTable } from './ready-documents.ts';
import { seenTable } from './seen.ts';
import { updateJobsTable } from './update-jobs.ts';
import { urlUpdatesTable } from './url-updates.ts';
import { verificationsTable } from './verifications.ts';

/** Every table with its statements prepared. */
export type Tables = ReturnType<typeof openTables>;

export function openTables(db: Database.Database) {
  return {
    identity: identityTable(db),
    documents: documentsTable(db),
    revisions: revisionsTable(db),
    claims: claimsTable(db),
    seen: seenTable(db),
    counts: countsTable(db),
    runs: runsTable(db),
    errors: errorsTable(db),
    ready: readyDocumentsTable(db),
    updateJobs: updateJobsTable(db),
    urlUpdates: urlUpdatesTable(db),
    verifications: verificationsTable(db),
  };
}
