import { expect } from 'chai';
import { Connection } from 'jsforce';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { restCall } from './calls.ts';

const names = ["O'Neil & Söhne.pdf", '100%_sure.pdf', '100xysure.pdf', 'Zeta.xlsx', 'alpha.pdf'];

describe('the simulated org, SOQL through jsforce', () => {
  let org: SalesforceOrg;
  let connection: Connection;
  let accountId: string;
  before(async () => {
    org = await startSalesforceOrg({ clock: () => Date.parse('2026-11-22T12:00:00Z') });
    accountId = org.records.insertOne('Account', { Name: 'Acme' });
    await org.records.insertDocuments(
      names.map((Name, index) => ({
        Name,
        Account__c: index < 3 ? accountId : null,
        ApplicableYear__c: index % 2 === 0 ? '2024' : '2025',
        PageCount__c: index,
        CreatedDate: `2026-11-${20 + (index % 3)}T08:00:00.000Z`,
      })),
    );
    connection = new Connection({ instanceUrl: `${org.url}/`, accessToken: org.accessToken, version: '68.0' });
  });
  after(() => org.close());

  /** The names that a condition leaves, in the query's order. */
  async function found(condition: string): Promise<string[]> {
    const answer = await connection.query<{ Name: string }>(`SELECT Name FROM DocListEntry__c WHERE ${condition}`);
    return answer.records.map((record) => record.Name);
  }

  async function refusal(soql: string): Promise<string> {
    try {
      await connection.query(soql);
      return 'none';
    } catch (error) {
      return (error as { errorCode: string }).errorCode;
    }
  }

  it('compares text without regard to case, and escapes as SOQL does', async () => {
    expect(await found("Name = 'ALPHA.PDF'")).to.deep.equal(['alpha.pdf']);
    expect(await found("Name = 'O\\'Neil & Söhne.pdf'")).to.deep.equal([names[0]]);
    expect(await found("Name LIKE '100\\%\\_%'")).to.deep.equal(['100%_sure.pdf']);
    expect(await found("Name LIKE '100__sure.pdf'")).to.deep.equal(['100%_sure.pdf', '100xysure.pdf']);
  });

  it('has its own idea of null: != and NOT IN keep it, NOT of an unknown is true', async () => {
    expect(await found(`Account__c != '${accountId.slice(0, 15)}'`)).to.have.length(2);
    expect(await found(`Account__c NOT IN ('${accountId}')`)).to.have.length(2);
    expect(await found("(NOT Account__r.Name = 'acme')")).to.have.length(2);
    expect(await found('Account__c = null AND Account__r.Name = null')).to.have.length(2);
  });

  it('understands days, weeks and moments', async () => {
    expect(await found('CreatedDate = TODAY')).to.deep.equal(['100xysure.pdf']);
    expect(await found('CreatedDate < YESTERDAY')).to.have.length(2);
    expect(await found('CreatedDate = LAST_N_DAYS:2')).to.have.length(5);
    expect(await found('CreatedDate >= 2026-11-21T09:00:00+01:00')).to.have.length(3);
    expect(await found('DAY_ONLY(CreatedDate) = 2026-11-20')).to.have.length(2);
  });

  it('walks to parents, sorts with nulls first and joins by subquery', async () => {
    const answer = await connection.query<{ Name: string; Account__r: { Name: string } | null }>(
      'SELECT Name, Account__r.Name FROM DocListEntry__c ORDER BY Account__r.Name, Name DESC LIMIT 3 OFFSET 1',
    );
    expect(answer.records.map((record) => [record.Name, record.Account__r?.Name])).to.deep.equal([
      ['alpha.pdf', undefined],
      [names[0], 'Acme'],
      ['100xysure.pdf', 'Acme'],
    ]);
    expect(
      await found("Account__c IN (SELECT Id FROM Account WHERE Name = 'Acme') AND PageCount__c > 1"),
    ).to.have.length(1);
  });

  it('groups and counts', async () => {
    const answer = await connection.query<Record<string, unknown>>(
      'SELECT ApplicableYear__c y, COUNT(Id), SUM(PageCount__c) s FROM DocListEntry__c GROUP BY ApplicableYear__c HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC',
    );
    const rows = answer.records.map(({ y, expr0, s }) => ({ y, expr0, s }));
    expect(rows).to.deep.equal([
      { y: '2024', expr0: 3, s: 6 },
      { y: '2025', expr0: 2, s: 4 },
    ]);
    expect((await connection.query('SELECT COUNT() FROM DocListEntry__c')).totalSize).to.equal(5);
  });

  it('refuses what Salesforce refuses, by the same code', async () => {
    const object = 'FROM DocListEntry__c';
    expect(await refusal(`SELECT Id ${object} WHERE Name = 'a' AND Name = 'b' OR Name = 'c'`)).to.equal(
      'MALFORMED_QUERY',
    );
    expect(await refusal(`SELECT Id ${object} WHERE`)).to.equal('MALFORMED_QUERY');
    expect(await refusal(`SELECT Id ${object} WHERE Name = 'a\\qb'`)).to.equal('MALFORMED_QUERY');
    expect(await refusal(`SELECT Name, COUNT(Id) ${object} GROUP BY Account__c`)).to.equal('MALFORMED_QUERY');
    expect(await refusal(`SELECT Nope__c ${object}`)).to.equal('INVALID_FIELD');
    expect(await refusal(`SELECT Nope__r.Name ${object}`)).to.equal('INVALID_FIELD');
    expect(await refusal(`SELECT Id ${object} WHERE CreatedDate > '2026-01-01'`)).to.equal('INVALID_FIELD');
    expect(await refusal(`SELECT Id ${object} WHERE Id = 'abc'`)).to.equal('INVALID_QUERY_FILTER_OPERATOR');
    expect(await refusal('SELECT Id FROM ScratchOrgInfo')).to.equal('INVALID_TYPE');
    expect(await refusal(`SELECT Id ${object} LIMIT 1 OFFSET 2001`)).to.equal('NUMBER_OUTSIDE_VALID_RANGE');
  });

  it('says loudly what it does not implement, and keeps a note of it', async () => {
    const subquery = '/query?q=SELECT Id, (SELECT Id FROM Contacts) FROM Account';
    expect((await restCall(org, org.accessToken, subquery)).status).to.equal(501);
    expect((await restCall(org, org.accessToken, '/wave/datasets')).status).to.equal(404);
    expect(org.requests.unknown).to.deep.equal([
      'GET /services/data/v68.0/query',
      'GET /services/data/v68.0/wave/datasets',
    ]);
  });

  it('keeps deleted records for queryAll alone, and hard-deleted ones for nobody', async () => {
    const id = org.records.insertOne('DocListEntry__c', { Name: 'gone.pdf' });
    const count = async (path: string): Promise<unknown> =>
      (await restCall(org, org.accessToken, `/${path}?q=SELECT Id FROM DocListEntry__c WHERE Id = '${id}'`)).json;
    org.records.softDelete(id);
    expect(await count('query')).to.include({ totalSize: 0 });
    expect(await count('queryAll')).to.include({ totalSize: 1 });
    org.records.hardDelete(id);
    expect(await count('queryAll')).to.include({ totalSize: 0 });
  });
});

describe('the simulated org, records through jsforce', () => {
  let org: SalesforceOrg;
  let connection: Connection;
  beforeEach(async () => {
    org = await startSalesforceOrg({ names: { namespace: 'acme' } });
    connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '68.0' });
  });
  afterEach(() => org.close());

  it('carries a package prefix on the vendor object, and describes lengths', async () => {
    await org.records.insertDocuments([{ Name: 'a.pdf', Document__c: 'https://v/1' }]);
    const { records } = await connection.query('SELECT acme__Document__c, File_Key__c FROM acme__DocListEntry__c');
    expect(records[0]).to.include({ acme__Document__c: 'https://v/1', File_Key__c: null });
    const { fields } = await connection.describe('acme__DocListEntry__c');
    const url = fields.find((field) => field.name === 'acme__Document__c');
    expect(url).to.include({ type: 'url', length: 255, updateable: true });
  });

  it('reads long results by cursor, though the records change meanwhile', async () => {
    await org.records.insertDocuments(Array.from({ length: 4500 }, (_, index) => ({ Name: `${index}` })));
    const first = await connection.query<{ Id: string; Name: string }>('SELECT Id, Name FROM acme__DocListEntry__c');
    org.records.insertOne('acme__DocListEntry__c', { Name: 'late' });
    const second = await connection.queryMore<{ Id: string; Name: string }>(first.nextRecordsUrl ?? '');
    const third = await connection.queryMore<{ Id: string; Name: string }>(second.nextRecordsUrl ?? '');
    const all = [...first.records, ...second.records, ...third.records];
    expect(third.done).to.equal(true);
    expect(new Set(all.map((record) => record.Id)).size).to.equal(4500);
    expect(all.some((record) => record.Name === 'late')).to.equal(false);
  });

  it('saves up to 200 records a call, in order, or none', async () => {
    const accounts = connection.sobject('Account');
    const results = await accounts.create([{ Name: 'A' }, { Name: '' }, { Name: 'C' }]);
    expect(results.map((result) => result.success)).to.deep.equal([true, false, true]);
    const none = await accounts.create([{ Name: 'D' }, {}], { allOrNone: true });
    expect(none.map((result) => result.success)).to.deep.equal([false, false]);
    expect(org.records.count('Account')).to.equal(2);
    const tooMany = { records: Array.from({ length: 201 }, () => ({ attributes: { type: 'Account' }, Name: 'x' })) };
    expect((await restCall(org, org.accessToken, '/composite/sobjects', { body: tooMany })).status).to.equal(400);
  });

  it('runs composite calls with references, all or none', async () => {
    const part = (referenceId: string, body: object) => ({
      method: 'POST',
      url: '/services/data/v68.0/sobjects/Account',
      referenceId,
      body,
    });
    const run = async (allOrNone: boolean, second: object): Promise<unknown[]> => {
      const body = { allOrNone, compositeRequest: [part('one', { Name: 'Parent' }), part('two', second)] };
      const { json } = await restCall(org, org.accessToken, '/composite', { body });
      return (json as { compositeResponse: { httpStatusCode: number }[] }).compositeResponse.map(
        (each) => each.httpStatusCode,
      );
    };
    expect(await run(true, { Name: 'Child', ParentId: '@{one.id}' })).to.deep.equal([201, 201]);
    const children = await connection.query<{ Name: string }>("SELECT Name FROM Account WHERE Parent.Name = 'Parent'");
    expect(children.records[0]?.Name).to.equal('Child');
    expect(await run(true, { Name: 'x', ParentId: 'nonsense' })).to.deep.equal([400, 400]);
    expect(org.records.count('Account')).to.equal(2);
  });

  it('publishes platform events to whoever listens', async () => {
    const heard: unknown[] = [];
    org.events.listen((event) => heard.push(event.payload));
    await connection.sobject('File_Migration_Progress__e').create({ Status__c: 'running', Done__c: 7 });
    expect(heard).to.deep.equal([{ Status__c: 'running', Done__c: 7 }]);
  });

  it('links files to records and hands out their bytes', async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const id = org.records.insertOne('acme__DocListEntry__c', { Name: 'a.pdf' });
    const { versionId } = org.records.attachFile(id, 'a.pdf', bytes);
    const links = await connection.query<{ ContentDocument: { LatestPublishedVersionId: string } }>(
      `SELECT ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink WHERE LinkedEntityId = '${id}'`,
    );
    expect(links.records[0]?.ContentDocument.LatestPublishedVersionId).to.equal(versionId);
    const answer = await fetch(`${org.url}/services/data/v68.0/sobjects/ContentVersion/${versionId}/VersionData`, {
      headers: { Authorization: `Bearer ${org.accessToken}` },
    });
    expect(Buffer.from(await answer.arrayBuffer())).to.deep.equal(bytes);
  });
});
