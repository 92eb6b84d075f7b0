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
    expect(sent()).to.have.length(1);
  });

  it('whose results are fewer than the org tried is asked again, and fails if they stay so', async () => {
    const csv =
      (text: string): Step =>
      (response) =>
        void response.writeHead(200).end(text);
    await script(csv('"sf__Id","sf__Created","Id","Document__c"\n'));
    const ended = { state: 'JobComplete', processed: 1, failed: 0, error: undefined } as const;
    const failure = await failureOf(updateResults(client, job, ended));
    expect([failure.code, failure.failureClass]).to.deep.equal(['update-results-incomplete', 'retry']);
    expect(server.received).to.have.length(5);
  });
});
