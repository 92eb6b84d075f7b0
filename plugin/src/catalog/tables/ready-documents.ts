import {
  encodeKey,
  type AccountId,
  type DocumentId,
  type EvidenceGrade,
  type ObjectKey,
} from '@file-migration/config/contract';
import type Database from 'better-sqlite3';
import type { Candidate, CandidatePage, ReadyFacts } from '../journal.ts';
import { encode, linkCodes, stateCodes } from './codes.ts';
import { notSeen } from './documents.ts';
import { notInLine, rowsOfAccount } from './work-queue.ts';

type Row = {
  id: number;
  doclist_entry_id: DocumentId;
  account_id: AccountId | null;
  revision: number;
  your_s3_key: ObjectKey;
  original_url: string;
  diverging_url: string | null;
  evidence: EvidenceGrade | null;
  seen_at: number | null;
};

/** All SQL on documents that are ready to be switched: verified ones, which never wait to be copied. */
export type ReadyDocumentsTable = ReturnType<typeof readyDocumentsTable>;

export function readyDocumentsTable(db: Database.Database) {
  const ready = `${notInLine} AND next_attempt IS NULL AND state_code = ${encode(stateCodes, 'verified')}`;
  const page = db.prepare<[string | null, number, number], Row>(
    `SELECT id, doclist_entry_id, account_id, revision, your_s3_key, original_url, diverging_url, evidence,
       max(coalesce(backed_up_at, 0), coalesce((SELECT v.verified_at FROM verifications v
         WHERE v.doclist_entry_id = d.doclist_entry_id AND v.revision = d.revision AND v.result = 'equal'), 0)) AS seen_at
     FROM documents d WHERE account_id IS ? AND ${ready} AND id > ? ORDER BY id LIMIT +?`,
  );
  const facts = `SELECT evidence, count(*) AS documents, max(length(original_url)) AS url, max(length(your_s3_key)) AS key,
    min(backed_up_at) AS oldest FROM documents WHERE ${ready}`;
  type Facts = {
    evidence: EvidenceGrade | null;
    documents: number;
    url: number | null;
    key: number | null;
    oldest: number | null;
  };
  const allFacts = db.prepare<[], Facts>(`${facts} GROUP BY evidence`);
  const allNotSeen = db
    .prepare<[number, number], number>(`SELECT count(*) FROM documents d WHERE ${ready} AND ${notSeen('d')}`)
    .pluck();
  const accountNotSeen = db
    .prepare<[string | null, number, number], number>(
      `SELECT count(*) FROM documents d WHERE account_id IS ? AND ${ready} AND ${notSeen('d')}`,
    )
    .pluck();
  const accountFacts = db.prepare<[string | null], Facts>(`${facts} AND account_id IS ? GROUP BY evidence`);
  db.function('length_in_url', { deterministic: true }, (key) => encodeKey(String(key)).length);
  const longestInUrl = (which: string) =>
    db
      .prepare<[{ account: string | null }], number | null>(
        `SELECT max(length_in_url(your_s3_key)) FROM documents WHERE ${which}`,
      )
      .pluck();
  const longest = {
    ready: longestInUrl(`account_id IS @account AND ${ready}`),
    written: longestInUrl(
      `id IN ${rowsOfAccount} AND link_code IN (${encode(linkCodes, 'ours')}, ${encode(linkCodes, 'outdated')})`,
    ),
  };
  return {
    longestEncodedKey: (accounts: readonly (AccountId | null)[], of: 'ready' | 'written'): number =>
      accounts.reduce((most, account) => Math.max(most, longest[of].get({ account }) ?? 0), 0),
    page: ({ account, after }: CandidatePage, limit: number): Candidate[] =>
      page.all(account, after, limit).map(candidate),
    countNotSeen(accounts: readonly (AccountId | null)[] | undefined, since: number): number {
      if (accounts === undefined) return allNotSeen.get(since, since) ?? 0;
      return accounts.reduce((sum, account) => sum + (accountNotSeen.get(account, since, since) ?? 0), 0);
    },
    facts(accounts: readonly (AccountId | null)[] | undefined): ReadyFacts {
      const groups = accounts === undefined ? allFacts.all() : accounts.flatMap((account) => accountFacts.all(account));
      const byEvidence: Partial<Record<EvidenceGrade, number>> = {};
      for (const { evidence, documents } of groups) {
        if (evidence !== null) byEvidence[evidence] = (byEvidence[evidence] ?? 0) + documents;
      }
      const oldest = groups.flatMap((group) => (group.oldest === null ? [] : [group.oldest]));
      return {
        ready: groups.reduce((sum, { documents }) => sum + documents, 0),
        byEvidence,
        longestOriginalUrl: Math.max(0, ...groups.map(({ url }) => url ?? 0)),
        longestKey: Math.max(0, ...groups.map(({ key }) => key ?? 0)),
        oldestBackup: oldest.length === 0 ? undefined : Math.min(...oldest),
      };
    },
  };
}

function candidate(row: Row): Candidate {
  return {
    cursor: row.id,
    document: row.doclist_entry_id,
    accountId: row.account_id ?? undefined,
    revision: row.revision,
    key: row.your_s3_key,
    originalUrl: row.original_url,
    currentUrl: row.diverging_url ?? row.original_url,
    evidence: row.evidence ?? undefined,
    seenAt: row.seen_at ?? 0,
  };
}
