import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSalesforceOrg, type OrgOptions, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { idFrom, restCall } from './calls.ts';

const writer = 'integration@file-migration.example';
const original = (index: number): string => `https://vendor.s3.us-west-2.amazonaws.com/t/${index}`;
const link = (id: string): string => `https://files.example.com/d/${id}`;

describe('the simulated org, Bulk API 2.0 ingest', () => {
  let org: SalesforceOrg;
  let ids: string[];

  async function start(options: OrgOptions = {}, documents = 3): Promise<void> {
    org = await startSalesforceOrg(options);
    ids = Array.from({ length: documents }, (_, index) =>
      org.records.insertOne('DocListEntry__c', { Name: `${index}.pdf`, Document__c: original(index) }),
    );
  }
  afterEach(() => org.close());

  const job = (id: string, method: string, path = '', body?: string | object) =>
    restCall(org, writer, `/jobs/ingest/${id}${path}`, {
      method,
      headers: { 'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json' },
      ...(body === undefined ? {} : { body }),
    });

  async function create(lineEnding = 'LF'): Promise<string> {
    const body = { object: 'DocListEntry__c', operation: 'update', contentType: 'CSV', lineEnding };
    return idFrom((await restCall(org, writer, '/jobs/ingest', { body })).json);
  }

  async function finish(id: string): Promise<string> {
    for (;;) {
      const { state } = (await job(id, 'GET')).json as { state: string };
      if (['JobComplete', 'Failed', 'Aborted'].includes(state)) return state;
      await sleep(10);
    }
  }

  /** Runs a whole update and answers how it ended. */
  async function update(csv: string): Promise<{ id: string; state: string }> {
    const id = await create();
    expect((await job(id, 'PUT', '/batches', csv)).status).to.equal(201);
    await job(id, 'PATCH', '', { state: 'UploadComplete' });
    return { id, state: await finish(id) };
  }

  async function results(id: string, kind: string): Promise<Record<string, string>[]> {
    return parse((await job(id, 'GET', `/${kind}`)).text, { columns: true });
  }

  const switchCsv = (rows: readonly string[], originalOf = original): string =>
    [
      'Id,Document__c,File_Key__c,File_Original_Url__c',
      ...rows.map((id) => `${id},${link(id)},uploads/${id}/a.pdf,${originalOf(ids.indexOf(id))}`),
      '',
    ].join('\n');

  const urlOf = (id: string): unknown => org.records.read(id)?.Document__c;

  it('updates, leaves empty cells alone, empties #N/A, and stamps what it wrote', async () => {
    await start({ guard: false });
    const [first = ''] = ids;
    org.records.update(first, { Source__c: 'scan', LastModifiedDate: '2020-01-01T00:00:00.000Z' });
    const { id, state } = await update(`Id,Document__c,Name,Source__c\n${first},,new.pdf,#N/A\n`);
    expect(state).to.equal('JobComplete');
    expect(await results(id, 'successfulResults')).to.have.nested.property('[0].sf__Id', first);
    expect(org.records.read(first)).to.include({ Document__c: original(0), Name: 'new.pdf', Source__c: null });
    expect(org.records.read(first)?.LastModifiedDate).to.not.match(/^2020/);
  });

  it('lets the guard refuse our link over a value that is not the recorded original', async () => {
    await start();
    const [first = '', second = ''] = ids;
    org.records.update(second, { Document__c: 'https://elsewhere.example/new' }, 'alice@file-migration.example');
    const { id } = await update(switchCsv([first, second]));
    expect(urlOf(first)).to.equal(link(first));
    expect(urlOf(second)).to.equal('https://elsewhere.example/new');
    const [failed] = await results(id, 'failedResults');
    expect(failed?.sf__Error).to.match(/^FIELD_CUSTOM_VALIDATION_EXCEPTION:.*:Document__c --$/);
    const back = await update(`Id,Document__c\n${first},${original(0)}\n`);
    expect(back.state).to.equal('JobComplete');
    expect(urlOf(first)).to.equal(original(0));
  });

  it('never blocks the edit of anybody else by the guard', async () => {
    await start();
    const [first = ''] = ids;
    const body = { Document__c: link(first) };
    const admin = 'admin@file-migration.example';
    const answer = await restCall(org, admin, `/sobjects/DocListEntry__c/${first}`, { method: 'PATCH', body });
    expect(answer.status).to.equal(204);
  });

  it('lets a user edit a record between our read and our write, and the guard saves the edit', async () => {
    await start({
      faults: [
        {
          match: { operation: 'ingest.row', nth: 2 },
          fault: {
            kind: 'edit',
            fields: { Document__c: 'https://user.example/' },
            username: 'bob@file-migration.example',
          },
        },
      ],
    });
    await update(switchCsv(ids));
    expect(ids.map(urlOf)).to.deep.equal([link(ids[0] ?? ''), 'https://user.example/', link(ids[2] ?? '')]);
  });

  it('locks a 200-row chunk until it has been tried often enough', async () => {
    await start({ faults: [{ match: { operation: 'ingest.chunk', times: 1 }, fault: { kind: 'lock' } }] }, 450);
    const first = await update(switchCsv(ids));
    const failed = await results(first.id, 'failedResults');
    expect(failed).to.have.length(200);
    expect(new Set(failed.map((row) => row.sf__Error?.split(':')[0]))).to.deep.equal(new Set(['UNABLE_TO_LOCK_ROW']));
    const retried = failed.map((row) => row.Id ?? '');
    expect((await update(switchCsv(retried))).state).to.equal('JobComplete');
    expect(ids.every((id) => urlOf(id) === link(id))).to.equal(true);
  });

  it('fails half-way and tells the rest as unprocessed, results out of order', async () => {
    await start({ faults: [{ match: { operation: 'ingest.job' }, fault: { kind: 'fail', afterRows: 300 } }] }, 500);
    const { id, state } = await update(switchCsv(ids));
    expect(state).to.equal('Failed');
    const done = (await results(id, 'successfulResults')).map((row) => row.Id);
    expect(done).to.have.length(300);
    expect(done).to.not.deep.equal(ids.slice(0, 300));
    expect(new Set(done)).to.deep.equal(new Set(ids.slice(0, 300)));
    expect((await results(id, 'unprocessedrecords')).map((row) => row.Id)).to.deep.equal(ids.slice(300));
  });

  it('tells row errors by their codes, blank ids included', async () => {
    const row = (code: string, blankId = false) => ({ kind: 'row' as const, code, blankId });
    await start(
      {
        faults: [
          { match: { operation: 'ingest.row', nth: 1 }, fault: row('INSUFFICIENT_ACCESS_OR_READONLY', true) },
          { match: { operation: 'ingest.row', nth: 2 }, fault: row('CANNOT_EXECUTE_FLOW_TRIGGER') },
        ],
      },
      4,
    );
    org.records.softDelete(ids[2] ?? '');
    const csv = `Id,ApplicableYear__c\n${ids.map((id, index) => `${id},${index === 3 ? 'too long' : '2024'}`).join('\n')}\n`;
    const failed = await results((await update(csv)).id, 'failedResults');
    const codes = Object.fromEntries(failed.map((result) => [result.Id ?? '', result.sf__Error?.split(':')[0] ?? '']));
    expect(codes).to.deep.equal({
      [ids[0] ?? '']: 'INSUFFICIENT_ACCESS_OR_READONLY',
      [ids[1] ?? '']: 'CANNOT_EXECUTE_FLOW_TRIGGER',
      [ids[2] ?? '']: 'ENTITY_IS_DELETED',
      [ids[3] ?? '']: 'STRING_TOO_LONG',
    });
    expect(failed.find((result) => result.Id === ids[0])?.sf__Id).to.equal('');
  });

  it('forgets a job that is gone, though its rows are written', async () => {
    await start({ faults: [{ match: { operation: 'ingest.job' }, fault: { kind: 'gone' } }] });
    const id = await create();
    await job(id, 'PUT', '/batches', switchCsv(ids));
    await job(id, 'PATCH', '', { state: 'UploadComplete' });
    while ((await job(id, 'GET')).status !== 404) await sleep(5);
    expect(urlOf(ids[0] ?? '')).to.equal(link(ids[0] ?? ''));
  });

  it('answers 503 after it has acted, so that only asking tells', async () => {
    await start();
    const id = await create();
    await job(id, 'PUT', '/batches', switchCsv(ids));
    org.setFaults([{ match: { operation: 'bulk.ingest.change' }, fault: { kind: 'error', status: 503, after: true } }]);
    expect((await job(id, 'PATCH', '', { state: 'UploadComplete' })).status).to.equal(503);
    expect(await finish(id)).to.equal('JobComplete');
  });

  it('takes the upload again after a 401 in its middle, but never two uploads', async () => {
    await start({
      faults: [
        { match: { operation: 'bulk.ingest.upload', nth: 1 }, fault: { kind: 'error', status: 401, atByte: 10 } },
      ],
    });
    const id = await create();
    const upload = async (): Promise<number> => (await job(id, 'PUT', '/batches', switchCsv(ids))).status;
    expect([await upload(), await upload(), await upload()]).to.deep.equal([401, 201, 400]);
  });

  it('refuses unknown columns and another line ending for the whole job, and aborts before it starts', async () => {
    await start();
    expect((await update(`Id,Nope__c\n${ids[0] ?? ''},1\n`)).state).to.equal('Failed');
    expect((await update(`Id,Name\r\n${ids[0] ?? ''},1\r\n`)).state).to.equal('Failed');
    const open = await create();
    expect((await job(open, 'PATCH', '', { state: 'Aborted' })).json).to.include({ state: 'Aborted' });
    expect((await job(open, 'PATCH', '', { state: 'UploadComplete' })).status).to.equal(400);
  });

  it('upserts our objects by external id, relations too', async () => {
    await start();
    const body = { object: 'File_Migration_Run__c', operation: 'upsert', externalIdFieldName: 'External_Id__c' };
    const id = idFrom((await restCall(org, writer, '/jobs/ingest', { body })).json);
    await job(id, 'PUT', '/batches', 'External_Id__c,Status__c\nc1-1,running\n');
    await job(id, 'PATCH', '', { state: 'UploadComplete' });
    await finish(id);
    const error = { Run__r: { External_Id__c: 'c1-1' }, Code__c: 'denied' };
    const path = '/sobjects/File_Migration_Error__c/External_Id__c/c1-e1';
    expect((await restCall(org, writer, path, { method: 'PATCH', body: error })).status).to.equal(201);
    expect((await restCall(org, writer, path, { method: 'PATCH', body: error })).status).to.equal(200);
    const query = '/query?q=SELECT Run__r.Status__c FROM File_Migration_Error__c';
    expect((await restCall(org, writer, query)).json).to.have.nested.property('records[0].Run__r.Status__c', 'running');
  });
});
