import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSalesforceOrg } from '../../salesforce-org/index.ts';
import { restCall } from './calls.ts';

describe('the simulated org, its folder and its faults', () => {
  it('keeps records, ids and its own id from one start to the next', async () => {
    const data = mkdtempSync(join(tmpdir(), 'stand-in-org-test-'));
    try {
      const first = await startSalesforceOrg({ data, seed: 5 });
      const id = first.records.insertOne('DocListEntry__c', { Name: 'kept.pdf' });
      await first.close();
      const second = await startSalesforceOrg({ data });
      const next = second.records.insertOne('DocListEntry__c', { Name: 'next.pdf' });
      expect(second.orgId).to.equal(first.orgId);
      expect(second.records.read(id)).to.include({ Name: 'kept.pdf' });
      expect(next).to.not.equal(id);
      expect(second.records.count('User')).to.equal(6);
      await second.close();
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  it('answers faults in place of requests, says when to come back, and ends sessions', async () => {
    const org = await startSalesforceOrg({
      faults: [
        { match: { operation: 'query', nth: 1 }, fault: { kind: 'error', status: 429, retryAfter: 2 } },
        { match: { operation: 'query', nth: 2 }, fault: { kind: 'expire' } },
      ],
    });
    const ask = () => restCall(org, org.accessToken, '/query?q=SELECT Id FROM Account');
    const busy = await ask();
    expect([busy.status, busy.headers.get('Retry-After')]).to.deep.equal([429, '2']);
    expect((await ask()).status).to.equal(401);
    expect((await ask()).json).to.have.nested.property('[0].errorCode', 'INVALID_SESSION_ID');
    expect(org.requests.count('query')).to.equal(3);
    await org.close();
  });
});
