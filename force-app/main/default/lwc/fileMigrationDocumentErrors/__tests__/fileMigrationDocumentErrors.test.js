import { createElement } from 'lwc';
import getDocumentsOfClass from '@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass';
import getDocumentsOfRun from '@salesforce/apex/FileMigrationStatusController.getDocumentsOfRun';
import FileMigrationDocumentErrors from 'c/fileMigrationDocumentErrors';

/** A declaration, because jest lifts the mocks above everything else. */
function mockAdapter() {
  const { createApexTestWireAdapter } = require('@salesforce/sfdx-lwc-jest');
  return { __esModule: true, default: createApexTestWireAdapter(jest.fn()) };
}
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfRun', () => mockAdapter(), { virtual: true });

const DOCUMENT = { Id: 'e', Document_Id__c: 'a0B000000000001AAA', Message__c: 'gone' };

function show(properties) {
  const element = createElement('c-file-migration-document-errors', { is: FileMigrationDocumentErrors });
  Object.assign(element, properties);
  document.body.appendChild(element);
  return element.shadowRoot;
}

describe('c-file-migration-document-errors', () => {
  afterEach(() => document.body.replaceChildren());

  it('is loading until the org answers', () => {
    const root = show({ catalogId: 'c', code: 'source-missing' });
    expect(root.querySelector('lightning-spinner')).not.toBeNull();
    expect(root.querySelector('[data-id="empty"]')).toBeNull();
  });

  it('lists the documents of a class, and of a run', async () => {
    const ofClass = show({ catalogId: 'c', code: 'source-missing' });
    getDocumentsOfClass.emit([DOCUMENT]);
    await Promise.resolve();
    expect(ofClass.querySelectorAll('li')).toHaveLength(1);
    const ofRun = show({ runId: 'a0R000000000001AAA' });
    getDocumentsOfRun.emit([DOCUMENT, { ...DOCUMENT, Id: 'f' }]);
    await Promise.resolve();
    expect(ofRun.querySelectorAll('li')).toHaveLength(2);
    await expect(ofRun.host).toBeAccessible();
  });

  it('shows what the org refused', async () => {
    const root = show({ runId: 'a0R000000000001AAA' });
    getDocumentsOfRun.error({ message: 'No access to Message__c' });
    await Promise.resolve();
    const panel = root.querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No access to Message__c');
  });

  it('says that only the newest are listed when there is none', async () => {
    const root = show({ runId: 'a0R000000000001AAA' });
    getDocumentsOfRun.emit([]);
    await Promise.resolve();
    expect(root.querySelector('[data-id="empty"]')).not.toBeNull();
  });
});
