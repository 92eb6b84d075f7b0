import {
  accountId,
  documentId,
  isObjectKey,
  parseSalesforceId,
  type DocumentId,
  type ObjectKey,
} from '@file-migration/config';
import type { AdoptedDocument, AdoptedError, AdoptedRun } from '../catalog/adoption.ts';
import type { RunStatus } from '../model/run.ts';
import type { PredecessorError, PredecessorFile, PredecessorRun } from './predecessor.ts';
import { storedFailureCode } from '../model/failure-codes.ts';

const longestKey = 255;
const longestMessage = 500;

/** Why a row's object is not taken over; the file is then copied anew, to a key of its own. */
export type NotAdopted = 'shared-key' | 'unusable-key' | 'not-there' | 'other-size' | 'not-copyable';

export type Candidate = {
  readonly document: Omit<AdoptedDocument, 'copy'>;
  /** Where the object should be; undefined with the reason why it cannot be used. */
  readonly key: ObjectKey | undefined;
  readonly reason: NotAdopted | undefined;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  readonly backedUpAt: number | undefined;
};

/** What a row says, checked; undefined when it names no record. */
export function candidate(row: PredecessorFile, prefix: string): Candidate | undefined {
  const id = parseSalesforceId(row.doclist_entry_id ?? '');
  if (id === undefined) return undefined;
  const account = parseSalesforceId(row.account_id ?? '');
  const key = usableKey(row.your_s3_key, prefix);
  const shared = row.sharers > 1;
  return {
    document: {
      id: documentId(id),
      accountId: account === undefined ? undefined : accountId(account),
      accountName: row.account_name ?? undefined,
      name: row.file_name ?? row.your_s3_key?.split('/').at(-1) ?? id,
      originalUrl: row.original_url ?? '',
      link: row.salesforce_updated === 1 && row.your_s3_url !== null ? row.your_s3_url : undefined,
      lastModifiedAt: time(row.last_modified_sf) ?? 0,
    },
    key: shared ? undefined : key,
    reason: shared ? 'shared-key' : key === undefined ? 'unusable-key' : undefined,
    size: row.file_size_bytes ?? undefined,
    sha256: /^[0-9a-f]{64}$/.test(row.file_hash ?? '') ? (row.file_hash ?? undefined) : undefined,
    backedUpAt: time(row.backup_timestamp),
  };
}

function usableKey(key: string | null, prefix: string): ObjectKey | undefined {
  return key !== null && key.startsWith(prefix) && key.length <= longestKey && isObjectKey(key) ? key : undefined;
}

/** A run as history. Nobody works on the old database any more: what it calls running has died. */
export function adoptedRun(row: PredecessorRun, database: string): AdoptedRun {
  const migration = row.run_type === 'full_migration';
  const startedAt = time(row.start_time) ?? 0;
  return {
    type: migration ? 'switch' : 'backup',
    mode: row.run_type === 'incremental' ? 'incremental' : 'full',
    command: `${database} (Python scripts), run ${row.id}`,
    status: status(row.status),
    startedAt,
    endedAt: time(row.end_time) ?? startedAt,
    message: row.error_message?.slice(0, longestMessage),
    processed: row.total_files_processed ?? 0,
    copied: row.successful_files ?? 0,
    failed: row.failed_files ?? 0,
    skipped: row.skipped_files ?? 0,
    created: row.new_files ?? 0,
    replaced: row.updated_files ?? 0,
  };
}

function status(text: string | null): RunStatus {
  if (text === 'completed' || text === 'failed') return text;
  return 'interrupted';
}

/** An error as history; undefined when it names no record. */
export function adoptedError(row: PredecessorError): AdoptedError | undefined {
  const id = parseSalesforceId(row.doclist_entry_id ?? '');
  if (id === undefined) return undefined;
  const slug = (row.error_type ?? 'unknown')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return {
    document: documentId(id) satisfies DocumentId,
    code: storedFailureCode(`predecessor-${slug}`),
    message: (row.error_message ?? '').slice(0, longestMessage),
    originalUrl: row.original_url ?? '',
    at: time(row.timestamp) ?? 0,
  };
}

/** ISO 8601 without a zone is local time, as the scripts wrote it. */
function time(text: string | null): number | undefined {
  const parsed = Date.parse(text ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}
