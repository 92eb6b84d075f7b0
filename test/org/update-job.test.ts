import { expect } from 'chai';
import { orgClient, type OrgClient } from '../../plugin/src/org/client.ts';
import { tokenSession } from '../../plugin/src/org/session.ts';
import { closeUpdateJob, createUpdateJob, uploadRows } from '../../plugin/src/org/update-job.ts';
import type { UpdateJob } from '../../plugin/src/org/updates-port.ts';
import { updateResults } from '../../plugin/src/org/update-results.ts';
import { documentId } from '@file-migration/config';
import { failureOf } from '@file-migration/kit/failure-of';
import {
  hangUp,
  json,
  refusal,
  scriptedServer,
  type ScriptedServer,
  type Step,
} from '@file-migration/kit/org/scripted-server';

const job: UpdateJob = { jobId: '750000000000001AAA', apiVersion: '61.0', fields: ['Document__c'] };
const id = documentId('a0B000000000001');
const open = { id: job.jobId, state: 'Open' };
const closed = { id: job.jobId, state: 'UploadComplete' };

describe('An update job', () => {
  let server: ScriptedServer;
  let client: OrgClient;

  async function script(...steps: readonly Step[]): Promise<void> {
    server = await scriptedServer(steps);
    client = orgClient({
      session: tokenSession({ instanceUrl: server.url, accessToken: 'token', apiVersion: '68.0' }),
      backoff: { firstMs: 1, mostMs: 5 },
    });
  }

  function sent(): string[] {
    return server.received.map(({ method, body }) => (method === 'PATCH' ? `PATCH ${body}` : method));
  }

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  for (const [name, step] of [
    ['a lost answer', hangUp],
    ['a 503', refusal(503, 'SERVER_UNAVAILABLE')],
  ] as const) {
    it(`is never made twice after ${name}`, async () => {
      await script(step, json(open));
      expect((await failureOf(createUpdateJob(client, 'DocListEntry__c', ['Document__c']))).failureClass).to.equal(
        'retry',
      );
      expect(sent()).to.deep.equal(['POST']);
    });

    it(`is never uploaded to twice after ${name}`, async () => {
      await script(step, json(undefined, 201));
      expect((await failureOf(uploadRows(client, job, [{ id, values: ['x'] }]))).failureClass).to.equal('retry');
      expect(sent()).to.deep.equal(['PUT']);
    });

    it(`that was closed in spite of ${name} is not closed again`, async () => {
      await script(step, json({ ...closed, state: 'InProgress' }));
      expect((await closeUpdateJob(client, job)).state).to.equal('InProgress');
      expect(sent()).to.deep.equal(['PATCH {"state":"UploadComplete"}', 'GET']);
    });

    it(`that stayed open after ${name} is closed once more`, async () => {
      await script(step, json(open), json(closed));
      expect((await closeUpdateJob(client, job)).state).to.equal('UploadComplete');
      expect(sent()).to.deep.equal(['PATCH {"state":"UploadComplete"}', 'GET', 'PATCH {"state":"UploadComplete"}']);
    });
  }

  it('goes on in the version that made it', async () => {
    await script(json(closed));
    await closeUpdateJob(client, job);
    expect(server.received[0]?.path).to.equal(`/services/data/v61.0/jobs/ingest/${job.jobId}`);
  });

  it('that the org knows no more is told so', async () => {
    await script(refusal(404, 'NOT_FOUND'));
    expect((await failureOf(closeUpdateJob(client, job))).code).to.equal('update-job-gone');
    expect(sent().filter((request) => request.startsWith('PATCH'))).to.have.length(1);
  });

  describe('that has ended with one failed row of two', () => {
    const ended = { state: 'JobComplete', processed: 2, failed: 1, error: undefined } as const;
    const other = documentId('a0B000000000002');
    const csv = (text: string): Step => {
      return (response) => void response.writeHead(200, { 'content-type': 'text/csv' }).end(text);
    };
    const empty: Step = (response) => void response.writeHead(204).end();
    const html: Step = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>Down for maintenance</h1></html>');
    const successful = csv(`"sf__Id","sf__Created","Id","Document__c"\n"${other}","false","${other}","x"\n`);

    for (const [name, step] of [
      ['204', empty],
      ['only the header', csv('"sf__Id","sf__Error","Id","Document__c"\n')],
      ['a page of HTML', html],
      ['400', refusal(400, 'INVALIDJOBSTATE')],
      ['403', refusal(403, 'INSUFFICIENT_ACCESS')],
      ['404', refusal(404, 'NOT_FOUND')],
      ['503', refusal(503, 'SERVER_UNAVAILABLE')],
      ['a result without an id', csv('"sf__Id","sf__Error","Id","Document__c"\n"","LOCKED:x","","x"\n')],
    ] as const) {
      it(`and answers ${name} for the failed one, is explained as far as it goes, and nothing is thrown`, async () => {
        const answer: Step = (response, request) =>
          (request.path.includes('successful') ? successful : request.path.includes('failed') ? step : json([]))(
            response,
            request,
          );
        await script(answer);
        const results = await updateResults(client, job, ended);
        expect([...results.successful]).to.deep.equal([other]);
        expect(results.failed.size).to.equal(0);
        expect(results.missing).to.match(/1 results of 2 rows, 0 of 1 failures/);
      });
    }

    it('and answers nothing at first is asked again', async () => {
      const failed = csv(`"sf__Id","sf__Error","Id","Document__c"\n"${id}","STRING_TOO_LONG:too long","${id}","x"\n`);
      let asked = 0;
      await script((response, request) => {
        const isFailed = request.path.includes('failedResults');
        (isFailed ? (++asked === 1 ? empty : failed) : successful)(response, request);
      });
      const results = await updateResults(client, job, ended);
      expect(results.failed.get(id)).to.include({ errorCode: 'STRING_TOO_LONG', failureClass: 'skip' });
      expect(results.missing).to.equal(undefined);
    });
  });
});
