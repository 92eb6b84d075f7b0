import { expect } from 'chai';
import { documentId, type DocumentId } from '@file-migration/config';
import type { UpdateRow } from '../../plugin/src/org/updates-port.ts';
import type { OrgOptions } from '@file-migration/stand-ins/salesforce-org/index';
import { failureOf } from '@file-migration/kit/failure-of';
import { populate, orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

const fields = ['Document__c', 'File_Key__c'];

describe('Updating documents', () => {
  let w: OrgWorld;
  let ids: DocumentId[];

  async function given(documents: number, options: OrgOptions = {}): Promise<void> {
    w = await orgWorld({ guard: false, ...options });
    await populate(w.standIn, documents);
    ids = [...w.standIn.records.allDocuments()].map((record) => documentId(String(record.Id)));
  }

  afterEach(() => w.close());

  function rows(): UpdateRow[] {
    return ids.map((id) => ({ id, values: [`https://files.example.com/d/${id}`, `uploads/${id}/a.pdf`] }));
  }

  async function run() {
    const { updates } = w.org;
    const job = await updates.create(fields);
    await updates.upload(job, rows());
    await updates.close(job);
    return updates.results(job, await updates.ended(job));
  }

  it('writes every row and tells so by id', async () => {
    await given(450);
    const results = await run();
    expect([...results.successful].toSorted()).to.deep.equal(ids.toSorted());
    expect(results.failed.size + results.unprocessed.size).to.equal(0);
    const values = await w.org.readValues(ids, fields);
    for (const { id, values: written } of rows()) {
      expect(values.get(id)).to.deep.equal({ Document__c: written[0], File_Key__c: written[1] });
    }
  });

  it('empties a field by null', async () => {
    await given(1);
    await run();
    const job = await w.org.updates.create(fields);
    await w.org.updates.upload(job, [{ id: ids[0]!, values: ['https://back', null] }]);
    await w.org.updates.close(job);
    await w.org.updates.ended(job);
    expect((await w.org.readValues(ids, fields)).get(ids[0]!)).to.deep.equal({
      Document__c: 'https://back',
      File_Key__c: null,
    });
  });

  it('tells the class of each row that failed, also when Salesforce leaves its id blank', async () => {
    await given(10);
    w.standIn.setFaults([
      {
        match: { operation: 'ingest.row', resource: ids[3]! },
        fault: { kind: 'row', code: 'STRING_TOO_LONG', blankId: true },
      },
      {
        match: { operation: 'ingest.row', resource: ids[5]! },
        fault: { kind: 'row', code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
      },
    ]);
    const results = await run();
    expect(results.successful.size).to.equal(8);
    expect(results.failed.get(ids[3]!)).to.include({ errorCode: 'STRING_TOO_LONG', failureClass: 'skip' });
    expect(results.failed.get(ids[5]!)).to.include({ failureClass: 'stop' });
  });

  it('tells locked rows from the others', async () => {
    await given(450);
    w.standIn.setFaults([{ match: { operation: 'ingest.chunk', nth: 2 }, fault: { kind: 'lock' } }]);
    const results = await run();
    expect(results.failed.size).to.equal(200);
    expect(new Set([...results.failed.values()].map((error) => error.failureClass))).to.deep.equal(new Set(['retry']));
  });

  it('tells what a job that failed half-way never tried', async () => {
    await given(450);
    w.standIn.setFaults([{ match: { operation: 'ingest.job' }, fault: { kind: 'fail', afterRows: 200 } }]);
    const results = await run();
    expect(results.successful.size).to.equal(200);
    expect(new Set([...results.successful, ...results.unprocessed])).to.deep.equal(new Set(ids));
  });

  it('survives a session that expires before and during the upload, and while it waits', async () => {
    await given(2000);
    w.standIn.setFaults([
      { match: { operation: 'bulk.ingest.upload', nth: 1 }, fault: { kind: 'error', status: 401, atByte: 1000 } },
      { match: { operation: 'bulk.ingest.status', nth: 1 }, fault: { kind: 'expire' } },
      { match: { operation: 'bulk.ingest.successful', nth: 1 }, fault: { kind: 'cut', atByte: 500 } },
    ]);
    expect((await run()).successful.size).to.equal(2000);
    expect(w.standIn.requests.count('bulk.ingest.create')).to.equal(1);
  });

  it('resolves a close whose answer was lost after the org had acted', async () => {
    await given(10);
    w.standIn.setFaults([
      { match: { operation: 'bulk.ingest.change', nth: 1 }, fault: { kind: 'error', status: 503, after: true } },
    ]);
    expect((await run()).successful.size).to.equal(10);
    expect(w.standIn.requests.count('bulk.ingest.change')).to.equal(1);
  });

  it('finds the orphan of a create whose answer was lost, and aborts it', async () => {
    await given(10);
    w.standIn.setFaults([
      { match: { operation: 'bulk.ingest.create', nth: 1 }, fault: { kind: 'error', status: 503, after: true } },
    ]);
    expect((await failureOf(w.org.updates.create(fields))).failureClass).to.equal('retry');
    const [orphan, ...others] = await w.org.updates.openJobs();
    expect(others).to.deep.equal([]);
    expect((await w.org.updates.abort(orphan!)).state).to.equal('Aborted');
    expect(await w.org.updates.openJobs()).to.deep.equal([]);
  });

  it('answers the true state when a job to be aborted was complete already', async () => {
    await given(10);
    const { updates } = w.org;
    const job = await updates.create(fields);
    await updates.upload(job, rows());
    await updates.close(job);
    await updates.ended(job);
    expect((await updates.abort(job)).state).to.equal('JobComplete');
  });

  it('refuses a field that the user may not write before it makes a job', async () => {
    await given(1);
    expect((await failureOf(w.org.updates.create(['SystemModstamp']))).code).to.equal('field-not-updateable');
    expect(w.standIn.requests.count('bulk.ingest.create')).to.equal(0);
  });
});
