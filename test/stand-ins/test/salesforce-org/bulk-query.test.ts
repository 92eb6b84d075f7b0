import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSalesforceOrg, type OrgOptions, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { idFrom, restCall, type Answer } from './calls.ts';

describe('the simulated org, Bulk API 2.0 query', () => {
  let org: SalesforceOrg;
  async function start(options: OrgOptions = {}, documents = 25): Promise<void> {
    org = await startSalesforceOrg(options);
    await org.records.insertDocuments(
      Array.from({ length: documents }, (_, index) => ({ Name: `a "quoted", name\n${index}`, PageCount__c: index })),
    );
  }
  afterEach(() => org.close());

  const call = (path: string, init = {}): Promise<Answer> => restCall(org, org.accessToken, `/jobs/query${path}`, init);
  const create = (query: string): Promise<Answer> => call('', { body: { operation: 'query', query } });

  async function finished(query: string): Promise<string> {
    const id = idFrom((await create(query)).json);
    for (;;) {
      const { state } = (await call(`/${id}`)).json as { state: string };
      if (state !== 'UploadComplete' && state !== 'InProgress') return id;
      await sleep(5);
    }
  }
  const documents = 'SELECT Id, Name FROM DocListEntry__c';

  it('hands results out in pages with a header each, readable again and again', async () => {
    await start();
    const id = await finished(documents);
    const seen: string[] = [];
    let locator = '';
    const sizes: (string | null)[] = [];
    do {
      const page = await call(`/${id}/results?maxRecords=10${locator}`);
      const again = await call(`/${id}/results?maxRecords=10${locator}`);
      expect(again.text).to.equal(page.text);
      seen.push(...parse(page.text, { columns: true }).map((row) => (row as { Name: string }).Name));
      sizes.push(page.headers.get('Sforce-NumberOfRecords'));
      const next = page.headers.get('Sforce-Locator');
      locator = next === 'null' ? '' : `&locator=${next ?? ''}`;
    } while (locator !== '');
    expect(sizes).to.deep.equal(['10', '10', '5']);
    expect(seen).to.deep.equal(Array.from({ length: 25 }, (_, index) => `a "quoted", name\n${index}`));
  });

  it('shows the records as they were when the job was made', async () => {
    await start({ bulk: { jobMs: 150 } });
    const id = idFrom((await create(`${documents} WHERE Name = 'late'`)).json);
    org.records.insertOne('DocListEntry__c', { Name: 'late' });
    const state = async (): Promise<unknown> => ((await call(`/${id}`)).json as { state: unknown }).state;
    while ((await state()) !== 'JobComplete') await sleep(20);
    expect((await call(`/${id}`)).json).to.include({ numberRecordsProcessed: 0 });
    expect((await call(`/${id}/results`)).text).to.equal('"Id","Name"\n');
  });

  it('refuses the results of a job that is at work', async () => {
    await start({ bulk: { jobMs: 3_600_000 } });
    const id = idFrom((await create(documents)).json);
    expect((await call(`/${id}`)).json)
      .to.have.property('state')
      .that.is.oneOf(['UploadComplete', 'InProgress']);
    expect((await call(`/${id}/results`)).status).to.equal(400);
  });

  it('gives addresses for reading in parallel, and results to the version that made the job alone', async () => {
    await start({ bulk: { pageRows: 4 } });
    const id = await finished(documents);
    const first = (await call(`/${id}/resultPages`)).json as { resultPages: unknown[]; done: boolean };
    expect([first.resultPages.length, first.done]).to.deep.equal([5, false]);
    const old = await fetch(`${org.url}/services/data/v67.0/jobs/query/${id}/results`, {
      headers: { Authorization: `Bearer ${org.accessToken}` },
    });
    expect(old.status).to.equal(409);
  });

  it('refuses what Bulk does not do', async () => {
    await start();
    const statuses = await Promise.all(
      [
        'SELECT COUNT() FROM DocListEntry__c',
        'SELECT Account__c FROM DocListEntry__c GROUP BY Account__c',
        `${documents} LIMIT 1 OFFSET 1`,
        'SELECT Nope FROM DocListEntry__c',
      ].map(async (query) => (await create(query)).status),
    );
    expect(statuses).to.deep.equal([400, 400, 400, 400]);
  });

  it('aborts, deletes, and forgets jobs after their time', async () => {
    let now = Date.now();
    await start({ clock: () => now, bulk: { jobMs: 1 } });
    const done = await finished(documents);
    expect((await call(`/${done}`, { method: 'PATCH', body: { state: 'Aborted' } })).status).to.equal(400);
    const old = await finished(documents);
    expect((await call(`/${done}`, { method: 'DELETE' })).status).to.equal(204);
    now += 8 * 86_400_000;
    org.expireSessions();
    const fresh = org.signIn(org.username);
    for (const id of [done, old]) expect((await restCall(org, fresh, `/jobs/query/${id}`)).status).to.equal(404);
  });

  it('breaks a page off after so many bytes, and fails or loses jobs on demand', async () => {
    await start({}, 5000);
    const id = await finished(documents);
    org.setFaults([
      { match: { operation: 'bulk.query.results', nth: 1 }, fault: { kind: 'cut', atByte: 1000 } },
      { match: { operation: 'query.job', nth: 1 }, fault: { kind: 'fail', afterRows: 3 } },
      { match: { operation: 'query.job', nth: 2 }, fault: { kind: 'gone' } },
    ]);
    const broken = await call(`/${id}/results`).catch((error: unknown) => error);
    expect(broken).to.be.instanceOf(Error);
    expect((await call(`/${id}/results`)).status).to.equal(200);
    const failed = await finished(documents);
    expect((await call(`/${failed}`)).json).to.include({ state: 'Failed' });
    const lost = idFrom((await create(documents)).json);
    while ((await call(`/${lost}`)).status !== 404) await sleep(5);
  });
});
