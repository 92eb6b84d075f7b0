import { expect } from 'chai';
import { accountId, documentId, type DocumentId } from '@file-migration/config';
import { all, failureOf } from '@file-migration/kit/failure-of';
import { names, populate, orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

describe('Reading over REST', () => {
  let w: OrgWorld;

  before(async () => {
    w = await orgWorld();
  });

  after(() => w.close());

  function idsOf(count: number): DocumentId[] {
    return [...w.standIn.records.allDocuments()].slice(0, count).map((record) => documentId(String(record.Id)));
  }

  it('lists all 5,001 accounts with their document counts, and the documents without account first', async () => {
    const accounts = await populate(w.standIn, 12_000, 5001);
    await w.standIn.records.insertDocuments([{ Name: 'homeless' }, { Name: 'homeless too' }]);
    w.standIn.requests.clear();
    const counts = await all(w.org.accountCounts());

    const expected = new Map<string | undefined, number>();
    for (const record of w.standIn.records.allDocuments()) {
      if (record.Type_Current__c === 'Folder') continue;
      const account = (record.Account__c ?? undefined) as string | undefined;
      expected.set(account, (expected.get(account) ?? 0) + 1);
    }
    expect(new Map(counts.map((count) => [count.accountId as string | undefined, count.documents]))).to.deep.equal(
      expected,
    );
    expect(counts).to.have.length(5002);
    expect(counts[0]).to.deep.equal({ accountId: undefined, accountName: undefined, documents: 2 });
    expect(counts.find((count) => count.accountId === accounts[7])?.accountName).to.equal('Account 7');
    // one for those without account, three pages of 2,000
    expect(w.standIn.requests.count('query')).to.equal(4);
    const total = counts.reduce((sum, count) => sum + count.documents, 0);
    expect(await w.org.countDocuments()).to.equal(total);
    expect(await w.org.countDocuments(counts[9]!.accountId)).to.equal(counts[9]!.documents);
  });

  it('pages through any query', async () => {
    const rows = await all(w.org.query('SELECT Id FROM DocListEntry__c'));
    expect(rows).to.have.length(12_002);
    expect(w.standIn.requests.count('queryMore')).to.be.greaterThan(4);
  });

  it('says which field the org does not know or show', async () => {
    const failure = await failureOf(all(w.org.query('SELECT Nothing__c FROM DocListEntry__c')));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-invalid-field', 'stop']);
    expect(failure.message).to.include('Nothing__c');
    expect(failure.actions).to.have.length(2);
  });

  it('reads documents by id, tells the recycle bin from what is gone for good, and costs a call for 400', async () => {
    const ids = idsOf(1000);
    const [binned, gone, ...kept] = ids;
    w.standIn.records.softDelete(binned!);
    w.standIn.records.hardDelete(gone!);
    w.standIn.requests.clear();
    const documents = (await all(w.org.readDocuments(ids))).flat();
    const folders = kept.filter((id) => w.standIn.records.read(id)?.Type_Current__c === 'Folder');
    expect(documents).to.have.length(1000 - 1 - folders.length);
    expect(documents.find(({ id }) => id === binned)?.deleted).to.equal(true);
    expect(documents.find(({ id }) => id === gone)).to.equal(undefined);
    expect(documents.filter(({ deleted }) => deleted)).to.have.length(1);
    expect(w.standIn.requests.count('queryAll')).to.equal(3);
  });

  it('reads a document by id as the document query does', async () => {
    const ids = idsOf(5);
    const byQuery = (await all(w.org.queryDocuments())).flatMap((batch) => batch.documents);
    const byId = (await all(w.org.readDocuments(ids))).flat();
    expect(byId).to.deep.equal(ids.map((id) => byQuery.find((document) => document.id === id)));
  });

  it('reads nothing for no ids', async () => {
    w.standIn.requests.clear();
    expect(await all(w.org.readDocuments([]))).to.deep.equal([]);
    expect((await w.org.readValues([], ['Document__c'])).size).to.equal(0);
    expect(w.standIn.requests.count('queryAll') + w.standIn.requests.count('query')).to.equal(0);
  });

  it('reads current values by id: absent records are absent, empty fields are null, 2,000 a call', async () => {
    const ids = idsOf(4500);
    w.standIn.records.update(ids[0]!, { File_Key__c: 'uploads/x' });
    w.standIn.records.hardDelete(ids[1]!);
    const before = w.org.requests();
    const values = await w.org.readValues(ids, ['document__c', 'File_Key__c', 'SystemModstamp']);
    expect(w.org.requests() - before).to.equal(3);
    expect(values.size).to.equal(4499);
    expect(values.has(ids[1]!)).to.equal(false);
    expect(values.get(ids[0]!)).to.include({ File_Key__c: 'uploads/x' });
    expect(values.get(ids[2]!)).to.deep.include({
      document__c: w.standIn.records.read(ids[2]!)?.Document__c,
      File_Key__c: null,
    });
  });

  it('reads values again after a lost answer: reading does no harm', async () => {
    w.standIn.setFaults([{ match: { operation: 'collection.read', nth: 1 }, fault: { kind: 'cut' } }]);
    const before = w.org.requests();
    expect((await w.org.readValues(idsOf(3), ['Document__c'])).size).to.equal(3);
    expect(w.org.requests() - before).to.equal(2);
    w.standIn.setFaults([]);
  });

  it('refuses a field that is not there before it asks', async () => {
    expect((await failureOf(w.org.readValues(idsOf(1), ['Nothing__c']))).code).to.equal('field-missing');
  });

  it('does without account when none is configured', async () => {
    const document = { ...names.document, accountField: null, accountNamePath: null, where: null };
    const counts = await all(w.open({ names: { ...names, document } }).accountCounts());
    expect(counts).to.deep.equal([
      { accountId: undefined, accountName: undefined, documents: w.standIn.records.count('DocListEntry__c') },
    ]);
  });
});

describe('Reading over REST from an odd org', () => {
  let w: OrgWorld;

  beforeEach(async () => {
    w = await orgWorld();
  });

  afterEach(() => w.close());

  it('reads fewer documents a call where a long condition stands beside the ids', async () => {
    await populate(w.standIn, 500);
    const others = Array.from({ length: 250 }, (_, i) => `'x-${i}'`).join(', ');
    const where = `Identifier__c NOT IN (${others})`;
    const org = w.open({ names: { ...names, document: { ...names.document, where } } });
    const ids = [...w.standIn.records.allDocuments()].map((record) => documentId(String(record.Id)));
    w.standIn.requests.clear();
    const found = (await all(org.readDocuments(ids))).flat();
    expect(found).to.have.length(ids.length);
    const lengths = w.standIn.requests.newest.map(({ path }) => path.length);
    expect(Math.max(...lengths)).to.be.lessThan(16_384);
  });

  it('takes a chain of pages that ends early for no answer, because what is absent counts as deleted', async () => {
    await populate(w.standIn, 3000);
    w.standIn.setFaults([
      {
        match: { operation: 'query', nth: 1 },
        fault: {
          kind: 'answer',
          status: 200,
          body: JSON.stringify({ totalSize: 3000, done: true, records: [{ Id: 'x' }] }),
        },
      },
    ]);
    const failure = await failureOf(all(w.org.query('SELECT Id FROM DocListEntry__c')));
    expect([failure.code, failure.failureClass]).to.deep.equal(['query-incomplete', 'retry']);
  });

  describe('where every count takes the org too long', () => {
    const timeout = { kind: 'error', status: 400, code: 'QUERY_TIMEOUT' } as const;

    it('accounts are counted by reading all documents, after one try', async () => {
      await populate(w.standIn, 120);
      const expected = await all(w.org.accountCounts());
      w.standIn.setFaults([{ match: { operation: 'query' }, fault: timeout }]);
      w.standIn.requests.clear();
      expect(await all(w.org.accountCounts())).to.deep.equal(expected);
      expect(w.standIn.requests.count('query')).to.equal(1);
    });

    it('documents are, of one account too', async () => {
      const [account] = await populate(w.standIn, 120);
      const expected = [await w.org.countDocuments(), await w.org.countDocuments(accountId(account!))];
      w.standIn.setFaults([{ match: { operation: 'query' }, fault: timeout }]);
      expect([await w.org.countDocuments(), await w.org.countDocuments(accountId(account!))]).to.deep.equal(expected);
    });
  });
});
