import Database from 'better-sqlite3';
import { expect } from 'chai';

type Account = { account_id: string; ready: number; queue_first: number };
type Entry = { id: number; document: number; next: number };

/** Documents that could be claimed now, by account, as their own rows tell. */
const readyDocuments = `SELECT coalesce(account_id, '-') AS account_id, id FROM documents d
  WHERE next_attempt = 0 AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.document = d.id)`;

/** Looks into the file itself: in the queue of each account stand the documents that can be claimed there, and no fewer. */
export function expectQueues(db: Database.Database): void {
  const ready = new Map<string, number[]>();
  for (const row of db.prepare<[], { account_id: string; id: number }>(readyDocuments).all()) {
    ready.set(row.account_id, [...(ready.get(row.account_id) ?? []), row.id]);
  }
  const entries = new Map(
    db
      .prepare<[], Entry>('SELECT * FROM work_queue')
      .all()
      .map((entry) => [entry.id, entry]),
  );
  const accounts = db.prepare<[], Account>('SELECT account_id, ready, queue_first FROM account_counts').all();
  const taking = db.prepare<[], string>('SELECT account_id FROM ready_accounts ORDER BY 1').pluck().all();
  expect(taking, 'accounts that take turns').to.deep.equal([...ready.keys()].sort());
  expect(accounts.map(({ account_id }) => account_id)).to.include.members([...ready.keys()]);
  for (const account of accounts) {
    const expected = ready.get(account.account_id) ?? [];
    const queued = queueFrom(entries, account.queue_first).filter((document) => expected.includes(document));
    expect([...new Set(queued)].sort(), account.account_id).to.deep.equal(expected.sort());
    expect(account.ready, account.account_id).to.equal(expected.length);
  }
}

/** The same of a file that somebody else may have open. */
export function expectQueuesOf(file: string): void {
  const db = new Database(file, { readonly: true });
  try {
    expectQueues(db);
  } finally {
    db.close();
  }
}

function queueFrom(entries: ReadonlyMap<number, Entry>, first: number): number[] {
  const documents = [];
  for (let id = first; id !== 0;) {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`A queue leads to entry ${id}, which is not there.`);
    expect(entry.next, 'entries lead to older ones').to.be.below(id);
    documents.push(entry.document);
    id = entry.next;
  }
  return documents;
}
