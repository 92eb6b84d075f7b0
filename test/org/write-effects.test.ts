import { expect } from 'chai';
import { orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

const object = 'DocListEntry__c';
const nothing = (): undefined => undefined;

describe('What writing links sets off', () => {
  let w: OrgWorld;
  afterEach(() => w.close());

  it('is answer by name: what is active, on this object, and on update', async () => {
    w = await orgWorld({
      validationRules: [
        { object, name: 'Needs_Year', message: 'no', refuses: () => false },
        { object, name: 'Old_Rule', active: false, message: 'no', refuses: () => false },
        { object: 'Account', name: 'Other', message: 'no', refuses: () => false },
      ],
      automations: [
        { object, name: 'DocTrigger', kind: 'trigger', run: nothing },
        { object, name: 'OldTrigger', kind: 'trigger', active: false, run: nothing },
        { object, name: 'Vendor_Sync', kind: 'flow', run: nothing },
        { object: 'Account', name: 'Account_Flow', kind: 'flow', run: nothing },
      ],
      workflowRules: ['Mail the owner'],
      fieldHistory: ['Document__c', 'PageCount__c'],
      changeDataCapture: true,
      dependents: [
        { field: 'Document__c', name: 'DocumentController', type: 'ApexClass' },
        { field: 'Document__c', name: 'Document mail', type: 'EmailTemplate' },
        { field: 'PageCount__c', name: 'Pages', type: 'Report' },
      ],
    });
    expect(await w.org.writeEffects()).to.deep.equal({
      validationRules: { available: true, value: ['File_Migration_Guard', 'Needs_Year'] },
      triggers: { available: true, value: ['DocTrigger'] },
      flows: { available: true, value: ['Vendor_Sync'] },
      workflowRules: { available: true, value: ['Mail the owner'] },
      fieldHistory: { available: true, value: ['Document__c'] },
      changeDataCapture: { available: true, value: ['ChangeEvents'] },
      readers: {
        available: true,
        value: [
          { type: 'ApexClass', name: 'DocumentController' },
          { type: 'EmailTemplate', name: 'Document mail' },
        ],
      },
    });
    expect(w.standIn.requests.unknown).to.deep.equal([]);
  });

  it('is nothing in an org that has nothing', async () => {
    w = await orgWorld({ deployed: false, guard: false });
    for (const answer of Object.values(await w.org.writeEffects())) {
      expect(answer).to.deep.equal({ available: true, value: [] });
    }
  });

  it('is said to be unknown, each with the reason, where the user may not use the Tooling API', async () => {
    w = await orgWorld();
    w.standIn.setFaults([
      { match: { operation: 'tooling.query' }, fault: { kind: 'error', status: 403, code: 'INSUFFICIENT_ACCESS' } },
    ]);
    const { flows, ...others } = await w.org.writeEffects();
    expect(flows.available).to.equal(true);
    for (const answer of Object.values(others)) expect(answer).to.include({ available: false });
  });
});
