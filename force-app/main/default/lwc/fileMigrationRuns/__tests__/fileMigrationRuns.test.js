import { createElement } from 'lwc';
import FileMigrationRuns from 'c/fileMigrationRuns';

/** A declaration, because jest lifts the mocks above everything else. */
function mockAdapter() {
  const { createApexTestWireAdapter } = require('@salesforce/sfdx-lwc-jest');
  return { __esModule: true, default: createApexTestWireAdapter(jest.fn()) };
}
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfRun', () => mockAdapter(), { virtual: true });

const run = (changes) => ({
  Id: 'a0R000000000001AAA',
  Catalog_Id__c: 'mine',
  Run_Number__c: 7,
  Type__c: 'backup',
  Mode__c: 'full',
  Status__c: 'completed',
  Started__c: '2026-11-27T10:00:00.000Z',
  Ended__c: '2026-11-27T12:07:00.000Z',
  Processed__c: 1299245,
  Succeeded__c: 1299000,
  Not_Succeeded__c: 245,
  Bytes_Copied__c: 1_700_000_000_000,
  ...changes,
});

function show(result) {
  const element = createElement('c-file-migration-runs', { is: FileMigrationRuns });
  Object.assign(element, { result, catalogId: 'mine', now: Date.parse('2026-11-27T13:00:00.000Z') });
  document.body.appendChild(element);
  return element.shadowRoot;
}

describe('c-file-migration-runs', () => {
  afterEach(() => document.body.replaceChildren());

  it('lists the runs of one catalog, accessibly', async () => {
    const root = show({ data: [run(), run({ Id: 'other', Catalog_Id__c: 'another' })] });
    expect(root.querySelectorAll('li')).toHaveLength(1);
    expect(root.querySelector('lightning-badge').className).toContain('slds-theme_success');
    await expect(root.host).toBeAccessible();
  });

  it('opens a run to show what it did, and closes it again', async () => {
    const root = show({ data: [run({ Message__c: 'The process ended.' })] });
    root.querySelector('button').click();
    await Promise.resolve();
    const drill = root.querySelector('[data-id="drill"]');
    expect(drill.textContent).toContain('The process ended.');
    expect(drill.querySelector('c-file-migration-document-errors').runId).toBe('a0R000000000001AAA');
    root.querySelector('button').click();
    await Promise.resolve();
    expect(root.querySelector('[data-id="drill"]')).toBeNull();
  });

  it('is loading until the org answers, and shows what it refused', () => {
    expect(show({}).querySelector('lightning-spinner')).not.toBeNull();
    const panel = show({ error: { body: { message: 'denied' } } }).querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('denied');
  });
});
