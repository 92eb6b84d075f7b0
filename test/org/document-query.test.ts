import { expect } from 'chai';
import { accountId } from '@file-migration/config';
import type { DocumentBatch, DocumentQuery, QueryPosition } from '../../plugin/src/org/port.ts';
import { all, failureOf } from '@file-migration/kit/failure-of';
import { names, populate, orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';
import type { OrgOptions } from '@file-migration/stand-ins/salesforce-org/index';

const page: DocumentQuery = { pageRows: 1000 };

describe('The document query', () => {
  let w: OrgWorld;
  let accounts: string[];

  async function given(documents: number, options: OrgOptions = {}): Promise<void> {
    w = await orgWorld(options);
    accounts = await populate(w.standIn, documents);
  }

  afterEach(() => w.close());

  function idsOf(batches: readonly DocumentBatch[]): string[] {
    return batches.flatMap(({ documents }) => documents.map(({ id }) => id as string));
  }

  function expectedIds(): string[] {
    return [...w.standIn.records.allDocuments()].filter((r) => r.Type_Current__c !== 'Folder').map((r) => String(r.Id));
  }

  it('brings every document, and none that the condition leaves out', async () => {
    await given(3000);
    const batches = await all(w.org.queryDocuments(page));
    expect(idsOf(batches).toSorted()).to.deep.equal(expectedIds().toSorted());
    expect(batches.at(-1)?.position.done).to.equal(true);
  });

  it('brings each value as it stands on the record', async () => {
    await given(0);
    const account = w.standIn.records.insertOne('Account', { Name: 'Ben, "Jerry" & Söhne\n' });
    const fields = { File_Key__c: 'uploads/k.pdf', File_Original_Url__c: 'https://x/ü' };
    const hostile = { Name: 'a "b", c;\nd', Document__c: 'https://x/%20 ü"', Identifier__c: "o'x", ...fields };
    const id = w.standIn.records.insertOne('DocListEntry__c', { ...hostile, Account__c: account });
    const [document] = (await all(w.org.queryDocuments())).flatMap(({ documents }) => documents);
    const record = w.standIn.records.read(id);
    expect(document).to.deep.equal({
      id,
      name: record?.Name,
      url: record?.Document__c,
      externalId: record?.Identifier__c,
      accountId: account,
      accountName: w.standIn.records.read(account)?.Name,
      lastModifiedAt: Date.parse(String(record?.LastModifiedDate)),
      systemModstamp: Date.parse(String(record?.SystemModstamp)),
      deleted: false,
      written: { key: 'uploads/k.pdf', originalUrl: 'https://x/ü' },
    });
  });

  it('knows documents without account, URL and id of the vendor', async () => {
    await given(0);
    w.standIn.records.insertOne('DocListEntry__c', { Name: 'x' });
    const [document] = (await all(w.org.queryDocuments())).flatMap(({ documents }) => documents);
    expect(document).to.include({ url: '', accountId: undefined, accountName: undefined, externalId: undefined });
  });

  it('says the job before anything is read, so that its id is kept before the first wait', async () => {
    await given(10, { bulk: { jobMs: 100 } });
    const states: string[] = [];
    const query = w.org.queryDocuments({ onJob: ({ state }) => states.push(state) });
    const first = await query[Symbol.asyncIterator]().next();
    const { documents, position } = first.value as DocumentBatch;
    expect(documents).to.deep.equal([]);
    expect(position.jobId).to.match(/^750/);
    expect(states).to.deep.equal([]);
    expect((await all(query)).at(-1)?.position.done).to.equal(true);
    expect(states.at(-1)).to.equal('JobComplete');
    expect(states.length).to.be.greaterThan(1);
  });

  it('moves its position at the end of a page only', async () => {
    await given(3000);
    const batches = await all(w.org.queryDocuments(page));
    const locators = batches.map(({ position }) => (position.done ? 'done' : (position.locator ?? 'first')));
    expect(new Set(locators).size).to.equal(4);
    expect(locators.slice(0, 3)).to.deep.equal(['first', 'first', 'first']);
    expect(locators.filter((locator) => locator === 'done')).to.have.length(1);
  });

  it('resumes at a kept position, by another client of another version', async () => {
    await given(3000);
    const seen: string[] = [];
    let kept: QueryPosition | undefined;
    for await (const { documents, position } of w.org.queryDocuments(page)) {
      seen.push(...documents.map(({ id }) => id));
      kept = position;
      if (position.locator !== undefined) break;
    }
    expect(seen).to.have.length(1000);
    const rest = await all(w.open({ apiVersion: '64.0' }).queryDocuments({ ...page, resume: kept! }));
    expect([...seen, ...idsOf(rest)].toSorted()).to.deep.equal(expectedIds().toSorted());
    expect(w.standIn.requests.count('bulk.query.create')).to.equal(1);
  });

  it('reads nothing when a kept position was done', async () => {
    await given(10);
    const done = (await all(w.org.queryDocuments())).at(-1)!.position;
    w.standIn.requests.clear();
    expect(await all(w.org.queryDocuments({ resume: done }))).to.deep.equal([]);
    expect(w.standIn.requests.count('bulk.query.status')).to.equal(0);
  });

  it('deletes its job once everything was taken, not before', async () => {
    await given(10);
    let deleted = -1;
    for await (const { position } of w.org.queryDocuments()) {
      if (position.done) deleted = w.standIn.requests.count('bulk.query.delete');
    }
    expect(deleted).to.equal(0);
    expect(w.standIn.requests.count('bulk.query.delete')).to.equal(1);
  });

  it('tells a resumed run that its job is gone', async () => {
    await given(3000);
    let kept: QueryPosition | undefined;
    for await (const { position } of w.org.queryDocuments(page))
      kept = position.locator === undefined ? kept : position;
    const failure = await failureOf(all(w.org.queryDocuments({ resume: kept! })));
    expect([failure.code, failure.failureClass]).to.deep.equal(['query-job-gone', 'retry']);
  });

  it('tells that its job has gone while it was read', async () => {
    await given(3000);
    w.standIn.setFaults([
      { match: { operation: 'bulk.query.results', nth: 2 }, fault: { kind: 'error', status: 404, code: 'NOT_FOUND' } },
    ]);
    expect((await failureOf(all(w.org.queryDocuments(page)))).code).to.equal('query-job-gone');
  });

  it('ends a job that nobody will read on, whatever its state, twice too', async () => {
    await given(10, { bulk: { jobMs: 60_000 } });
    const running = await w.org.queryDocuments()[Symbol.asyncIterator]().next();
    const { position } = running.value as DocumentBatch;
    await w.org.endQuery(position);
    expect(w.standIn.requests.count('bulk.query.abort')).to.equal(1);
    await w.org.endQuery(position);
    await w.org.endQuery(position);
    expect(w.standIn.requests.count('bulk.query.delete')).to.equal(1);
  });

  it('brings what changed since a moment, what is in the recycle bin included', async () => {
    let now = Date.parse('2026-11-01T12:00:00Z');
    await given(30, { clock: () => now });
    const [first, second, third] = expectedIds();
    const { startedAt } = (await all(w.org.queryDocuments())).at(-1)!.position;
    expect(startedAt).to.equal(now);
    now += 60_000;
    w.standIn.records.update(first!, { Document__c: 'https://new' });
    w.standIn.records.softDelete(second!);
    w.standIn.records.hardDelete(third!);
    const changed = (await all(w.org.queryDocuments({ since: startedAt + 1, withDeleted: true }))).flatMap(
      (b) => b.documents,
    );
    expect(new Map(changed.map((d) => [d.id as string, d.deleted]))).to.deep.equal(
      new Map([
        [first!, false],
        [second!, true],
      ]),
    );
    const present = (await all(w.org.queryDocuments({ since: startedAt + 1 }))).flatMap((b) => b.documents);
    expect(present.map(({ id }) => id)).to.deep.equal([first]);
  });

  it('counts its watermark by the clock of the org', async () => {
    const clock = Date.parse('2001-01-01T00:00:00Z');
    await given(1, { clock: () => clock, sessionMs: 1e15 });
    expect((await all(w.org.queryDocuments()))[0]?.position.startedAt).to.equal(clock);
  });

  it('can be of one account', async () => {
    await given(300);
    const batches = await all(w.org.queryDocuments({ accountId: accountId(accounts[1]!) }));
    const documents = batches.flatMap((batch) => batch.documents);
    expect(documents).to.have.length.greaterThan(50);
    expect(new Set(documents.map((document) => document.accountId as string))).to.deep.equal(new Set([accounts[1]]));
  });

  for (const [name, fault] of [
    [
      'failed for a reason that may pass',
      { kind: 'fail', message: 'InternalServerError : Retried more than 15 times' },
    ],
    ['failed for good', { kind: 'fail', message: 'InvalidBatch : Field name not found : Nothing__c' }],
  ] as const) {
    it(`of a run that resumes a job which has ${name} is asked anew by who asks`, async () => {
      await given(10);
      w.standIn.setFaults([{ match: { operation: 'query.job' }, fault }]);
      let kept: QueryPosition | undefined;
      const read = async (): Promise<void> => {
        for await (const { position } of w.org.queryDocuments()) kept = position;
      };
      expect((await failureOf(read())).code).to.equal('query-job-failed');
      w.standIn.setFaults([]);
      const failure = await failureOf(all(w.org.queryDocuments({ resume: kept! })));
      expect([failure.code, failure.failureClass]).to.deep.equal(['query-job-gone', 'retry']);
    });
  }

  it('makes a new job once more at once, when it fails for a reason that may pass', async () => {
    await given(10);
    w.standIn.setFaults([{ match: { operation: 'query.job', nth: 1 }, fault: { kind: 'fail' } }]);
    expect(idsOf(await all(w.org.queryDocuments())).toSorted()).to.deep.equal(expectedIds().toSorted());
    expect(w.standIn.requests.count('bulk.query.create')).to.equal(2);
  });

  it('names who may have aborted its job, and what the next backup does', async () => {
    await given(10, { bulk: { jobMs: 60_000 } });
    const query = w.org.queryDocuments();
    const { position } = (await query[Symbol.asyncIterator]().next()).value as DocumentBatch;
    await w.open().endQuery(position);
    const failure = await failureOf(all(query));
    expect([failure.code, failure.failureClass]).to.deep.equal(['query-job-aborted', 'stop']);
    expect(failure.actions.join()).to.include('sf migrate files backup');
    const resumed = await failureOf(all(w.org.queryDocuments({ resume: position })));
    expect(resumed.code).to.equal('query-job-gone');
  });

  it('of other columns than a kept job has is asked anew', async () => {
    await given(10);
    let kept: QueryPosition | undefined;
    for await (const { position } of w.org.queryDocuments({ pageRows: 3 })) {
      kept ??= position;
      break;
    }
    const other = w.open({ names: { ...names, document: { ...names.document, externalIdField: null } } });
    expect((await failureOf(all(other.queryDocuments({ resume: kept! })))).code).to.equal('query-job-gone');
  });

  describe('whose chain of pages ends before all that the org found', () => {
    const early = { kind: 'headers', headers: { 'Sforce-Locator': 'null' } } as const;

    it('once, brings every document', async () => {
      await given(3000);
      w.standIn.setFaults([{ match: { operation: 'bulk.query.results', nth: 1 }, fault: early }]);
      const ids = new Set(idsOf(await all(w.org.queryDocuments(page))));
      expect([...ids].toSorted()).to.deep.equal(expectedIds().toSorted());
    });

    it('for ever, fails and is never done; whoever resumes it asks anew', async () => {
      await given(3000);
      w.standIn.setFaults([{ match: { operation: 'bulk.query.results' }, fault: early }]);
      const seen: QueryPosition[] = [];
      const read = async (): Promise<void> => {
        for await (const { position } of w.org.queryDocuments(page)) seen.push(position);
      };
      const failure = await failureOf(read());
      expect([failure.code, failure.failureClass]).to.deep.equal(['query-incomplete', 'retry']);
      expect(failure.message).to.match(/after 1000 of the 2700 rows/);
      expect(seen.some(({ done }) => done)).to.equal(false);
      const again = await failureOf(all(w.org.queryDocuments({ ...page, resume: seen.at(-1)! })));
      expect(again.code).to.equal('query-job-gone');
    });

    it('late, is noticed by a run that resumes it too', async () => {
      await given(3000);
      let kept: QueryPosition | undefined;
      for await (const { position } of w.org.queryDocuments(page)) {
        kept = position;
        if (position.locator !== undefined) break;
      }
      w.standIn.setFaults([{ match: { operation: 'bulk.query.results' }, fault: early }]);
      const failure = await failureOf(all(w.org.queryDocuments({ ...page, resume: kept! })));
      expect(failure.code).to.equal('query-job-gone');
    });
  });

  describe('in bad weather', () => {
    it('brings every document exactly once through expired sessions, 503s and cut connections', async () => {
      await given(5000);
      w.standIn.setFaults([
        { match: { operation: 'bulk.query.status', nth: 1 }, fault: { kind: 'expire' } },
        { match: { operation: 'bulk.query.results', nth: 1 }, fault: { kind: 'cut', atByte: 9000 } },
        { match: { operation: 'bulk.query.results', nth: 3 }, fault: { kind: 'expire' } },
        { match: { operation: 'bulk.query.results', nth: [5, 6] }, fault: { kind: 'error', status: 503 } },
        { match: { operation: 'bulk.query.results', nth: 8 }, fault: { kind: 'cut', atByte: 20_000 } },
      ]);
      const ids = idsOf(await all(w.org.queryDocuments(page)));
      expect(ids.toSorted()).to.deep.equal(expectedIds().toSorted());
    });

    it('stops when the session cannot be renewed', async () => {
      await given(10);
      w.standIn.expireSessions();
      const failure = await failureOf(all(w.open({ renewable: false }).queryDocuments()));
      expect([failure.code, failure.failureClass]).to.deep.equal(['session-expired', 'stop']);
    });

    it('pauses when the budget of the org is spent', async () => {
      await given(10);
      w.standIn.limits.used = w.standIn.limits.apiRequests;
      expect((await failureOf(all(w.org.queryDocuments()))).failureClass).to.equal('pause');
    });

    it('fails with the reason when the org fails the job', async () => {
      await given(10);
      w.standIn.setFaults([
        { match: { operation: 'query.job' }, fault: { kind: 'fail', message: 'QUERY_TIMEOUT: too slow' } },
      ]);
      const failure = await failureOf(all(w.org.queryDocuments()));
      expect([failure.code, failure.failureClass]).to.deep.equal(['query-job-failed', 'retry']);
      expect(failure.message).to.include('QUERY_TIMEOUT');
    });

    it('stops when somebody aborts the job in Salesforce', async () => {
      await given(10, { bulk: { jobMs: 60_000 } });
      const query = w.org.queryDocuments()[Symbol.asyncIterator]();
      const first = await query.next();
      await w.org.endQuery((first.value as DocumentBatch).position);
      expect((await failureOf(query.next())).code).to.equal('query-job-aborted');
    });

    it('stops at once on Ctrl-C while a slow job is waited for', async () => {
      await given(10, { bulk: { jobMs: 60_000 } });
      const abort = new AbortController();
      const org = w.open({ signal: abort.signal });
      setTimeout(() => abort.abort(new Error('Ctrl-C')), 100);
      const outcome = await all(org.queryDocuments()).catch((error: unknown) => (error as Error).message);
      expect(outcome).to.equal('Ctrl-C');
    });

    it('waits for a slow job as long as it takes', async () => {
      await given(10, { bulk: { jobMs: 500 } });
      expect(idsOf(await all(w.org.queryDocuments()))).to.have.length(9);
    });
  });

  describe('with names from the config', () => {
    it('reads an object of a package, spelled in another case', async () => {
      await given(20, { names: { namespace: 'acme' } });
      const document = {
        ...names.document,
        object: 'ACME__doclistentry__c',
        urlField: 'acme__document__c',
        accountField: 'acme__account__c',
        accountNamePath: 'acme__account__r.Name',
        externalIdField: null,
        where: "acme__Type_Current__c != 'Folder'",
      };
      const org = w.open({ names: { document, guardRule: 'x', writerPermission: 'y' } });
      const documents = (await all(org.queryDocuments())).flatMap((batch) => batch.documents);
      expect(documents).to.have.length(18);
      expect(documents[0]).to.include({ name: 'File 0.pdf', accountName: 'Account 0', externalId: undefined });
    });

    for (const [setting, value, code] of [
      ['object', 'Nothing__c', 'object-missing'],
      ['urlField', 'Nothing__c', 'field-missing'],
      ['urlField', 'Id FROM Account--', 'field-missing'],
      ['accountNamePath', 'Nothing__r.Name', 'field-missing'],
    ] as const) {
      it(`stops before any query when ${setting} is ${value}`, async () => {
        await given(1);

        const org = w.open({ names: { ...names, document: { ...names.document, [setting]: value } } });
        const failure = await failureOf(all(org.queryDocuments()));
        expect([failure.code, failure.failureClass]).to.deep.equal([code, 'stop']);
        expect(w.standIn.requests.count('bulk.query.create')).to.equal(0);
      });
    }
  });
});
