import { expect } from 'chai';
import {
  LINK_BASE,
  addDocuments,
  migrationWorld,
  type MigrationWorld,
  type Written,
} from '@file-migration/kit/migration/migration-world';
import { failureOf } from '@file-migration/kit/failure-of';
import { linksInOrg, runRollback, runSwitch } from '@file-migration/kit/migration/switch';

type Fault = Parameters<MigrationWorld['org']['setFaults']>[0][number]['fault'];

describe('A switch whose jobs are answered oddly', () => {
  let world: MigrationWorld;
  let written: Written[];

  beforeEach(async () => {
    world = await migrationWorld();
    written = await addDocuments(world, 24, { accounts: 3 });
    await world.run();
  });
  afterEach(() => world.close());

  const quick = { settings: { rounds: 2 } };
  const jobs = (): number => world.org.requests.count('bulk.ingest.create');

  function switched(): number {
    return [...linksInOrg(world).values()].filter(({ url }) => url.startsWith(LINK_BASE)).length;
  }

  function faulty(operation: string, fault: Fault, more: { times?: number; resource?: string } = {}): void {
    world.org.setFaults([{ match: { operation, ...more }, fault }]);
  }

  async function errorCodes(): Promise<string[]> {
    return (await world.look((catalog) => catalog.errorClasses())).map(({ code }) => code);
  }

  const page = '<html><h1>Down for maintenance</h1></html>';
  const oddResults: [string, Fault][] = [
    ['204', { kind: 'answer', status: 204 }],
    ['a page of HTML', { kind: 'answer', status: 200, body: page }],
    ['400', { kind: 'error', status: 400, code: 'INVALIDJOBSTATE' }],
    ['403', { kind: 'error', status: 403, code: 'INSUFFICIENT_ACCESS' }],
    ['404', { kind: 'error', status: 404, code: 'NOT_FOUND' }],
  ];
  for (const [name, fault] of oddResults) {
    it(`goes by the records where ${name} stands for the results, and a rollback is not held up by it`, async () => {
      world.org.setFaults([
        {
          match: { operation: 'ingest.row', resource: written[2]!.id },
          fault: { kind: 'row', code: 'STRING_TOO_LONG' },
        },
        { match: { operation: 'bulk.ingest.failed' }, fault },
      ]);
      const result = await runSwitch(world, {}, quick);
      expect(result).to.include({ status: 'completed_with_failures', confirmed: 23, failed: 1 });
      expect(switched()).to.equal(23);
      world.org.setFaults([
        { match: { operation: ['bulk.ingest.failed', 'bulk.ingest.successful'] }, fault },
        { match: { operation: 'ingest.row', resource: written[0]!.id, times: 1 }, fault: { kind: 'lock' } },
      ]);
      expect(await runRollback(world)).to.include({ status: 'completed', confirmed: 23 });
      expect(switched()).to.equal(0);
    });
  }

  it('stops at a job that the org refuses as such, in the org’s words, and sends no second one', async () => {
    faulty('ingest.job', { kind: 'fail', message: 'InvalidBatch : Field name not found : File_Key__c' });
    const failure = await failureOf(runSwitch(world));
    expect([failure.code, failure.failureClass]).to.deep.equal(['update-job-refused', 'stop']);
    expect(failure.message).to.include('InvalidBatch : Field name not found : File_Key__c');
    expect(jobs()).to.equal(1);
    expect(await world.look((catalog) => catalog.unfinishedJobs())).to.deep.equal([]);
    world.org.setFaults([]);
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 24 });
  });

  it('sends the rows of a job that failed by bad luck again', async () => {
    faulty('ingest.job', { kind: 'fail', message: 'InternalServerError : Retried more than 20 times' }, { times: 2 });
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 24, failed: 0 });
  });

  it('lists what it gave up to the last among the errors', async () => {
    faulty('ingest.row', { kind: 'lock' }, { resource: written[5]!.id });
    const result = await runSwitch(world, {}, quick);
    expect(result).to.include({ status: 'completed_with_failures', confirmed: 23, failed: 1, gaveUp: 1 });
    expect(await errorCodes()).to.deep.equal(['org-unable-to-lock-row']);
  });

  it('stops, resumable, when somebody aborts its job in Setup', async () => {
    await world.close();
    world = await migrationWorld({ org: { bulk: { jobMs: 5, pageRows: 50, batchRows: 4, batchMs: 200 } } });
    await addDocuments(world, 24, { accounts: 3 });
    await world.run();
    const running = runSwitch(world);
    await abortedInSetup();
    const result = await running;
    expect(result.status).to.equal('stopped');
    expect(result.message).to.match(/Somebody aborted the job 750\w+ in Salesforce \(Setup > Bulk Data Load Jobs\)/);
    expect(jobs()).to.equal(1);
    expect(switched()).to.equal(result.confirmed);
    expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 24 - result.confirmed });
  });

  /** As an administrator does, once the org works on the job. */
  async function abortedInSetup(): Promise<void> {
    const admin = { authorization: `Bearer ${world.org.accessToken}`, 'content-type': 'application/json' };
    const base = `${world.org.url}/services/data/v68.0/jobs/ingest`;
    for (;;) {
      const { records } = (await (await fetch(base, { headers: admin })).json()) as {
        records: { id: string; state: string }[];
      };
      const job = records.find(({ state }) => state === 'InProgress');
      if (job !== undefined) {
        const body = JSON.stringify({ state: 'Aborted' });
        expect((await fetch(`${base}/${job.id}`, { method: 'PATCH', headers: admin, body })).status).to.equal(200);
        return;
      }
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  const wrappedLock = 'first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []';
  for (const [code, message] of [
    ['CANNOT_EXECUTE_FLOW_TRIGGER', wrappedLock],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', wrappedLock],
    ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', wrappedLock],
    ['UNKNOWN_EXCEPTION', 'An unexpected error occurred. Please include this ErrorId if you contact support: 1-2'],
    ['UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record'],
  ] as const) {
    it(`sends rows again that ${code} refused in passing, and counts none of them as failed`, async () => {
      faulty('ingest.row', { kind: 'row', code, message }, { times: 3 });
      expect(await runSwitch(world)).to.include({ status: 'completed', confirmed: 24, failed: 0 });
      expect(switched()).to.equal(24);
      expect(await errorCodes()).to.deep.equal([]);
    });
  }

  for (const code of ['ENTITY_IS_LOCKED', 'CANNOT_EXECUTE_FLOW_TRIGGER', 'INSUFFICIENT_ACCESS_OR_READONLY']) {
    it(`writes the rest where ${code} refuses one record for days, in this run and in every later one`, async () => {
      faulty('ingest.row', { kind: 'row', code, message: 'for days' }, { resource: written[0]!.id });
      expect(await runSwitch(world)).to.include({ status: 'completed_with_failures', confirmed: 23, failed: 1 });
      for (let later = 0; later < 2; later++) {
        expect(await runSwitch(world)).to.include({ status: 'completed_with_failures', confirmed: 0, failed: 1 });
      }
    });
  }

  it('lets no batch pass for the canary of which nothing was written', async () => {
    const [first] = [...new Set(written.map(({ account }) => account))].toSorted();
    const own = 'https://somewhere.example.com/mine.pdf';
    for (const { id, account } of written) if (account === first) world.org.records.update(id, { Document__c: own });
    const result = await runSwitch(world, {}, { settings: { canaryRows: 8, rowsPerJob: 8 } });
    expect(result).to.include({ status: 'completed_with_failures', confirmed: 16, conflicts: 8, jobs: 3 });
    expect(result.canary?.rows, 'of the second batch').to.equal(8);
  });
});
