import { createElement } from 'lwc';
import getDocumentsOfClass from '@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass';
import FileMigrationErrors from 'c/fileMigrationErrors';

/** A declaration, because jest lifts the mocks above everything else. */
function mockAdapter() {
  const { createApexTestWireAdapter } = require('@salesforce/sfdx-lwc-jest');
  return { __esModule: true, default: createApexTestWireAdapter(jest.fn()) };
}
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfClass', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getDocumentsOfRun', () => mockAdapter(), { virtual: true });

function show(result) {
  const element = createElement('c-file-migration-errors', { is: FileMigrationErrors });
  Object.assign(element, { catalogId: 'c', result });
  document.body.appendChild(element);
  return element;
}

describe('c-file-migration-errors', () => {
  afterEach(() => document.body.replaceChildren());

  it('opens a class to show its newest documents, and closes it again', async () => {
    const element = show({
      data: [{ Id: '1', Code__c: 'source-missing', Documents__c: 3, Message__c: 'gone', Advice__c: 'ask' }],
    });
    const button = element.shadowRoot.querySelector('button');
    expect(button.getAttribute('aria-expanded')).toBe('false');
    button.click();
    await Promise.resolve();
    expect(button.getAttribute('aria-expanded')).toBe('true');
    getDocumentsOfClass.emit([{ Id: 'e', Document_Id__c: 'a0B000000000001AAA', Message__c: 'gone' }]);
    await Promise.resolve();
    const list = element.shadowRoot.querySelector('c-file-migration-document-errors');
    const link = list.shadowRoot.querySelector('c-file-migration-record-link');
    await Promise.resolve();
    // without a name that the viewer may see, the id itself
    expect(link.shadowRoot.querySelector('a').textContent).toBe('a0B000000000001AAA');
    await expect(element).toBeAccessible();
    button.click();
    await Promise.resolve();
    expect(element.shadowRoot.querySelector('c-file-migration-document-errors')).toBeNull();
  });

  it('says that there are no errors only when the org was asked and has none', () => {
    expect(show({ data: [] }).shadowRoot.querySelector('[data-id="empty"]')).not.toBeNull();
    expect(show({}).shadowRoot.querySelector('[data-id="empty"]')).toBeNull();
    expect(show({}).shadowRoot.querySelector('lightning-spinner')).not.toBeNull();
  });

  it('shows what the org refused', () => {
    const { shadowRoot } = show({ error: { body: { message: 'No access to Advice__c' } } });
    const panel = shadowRoot.querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No access to Advice__c');
    expect(shadowRoot.querySelector('[data-id="empty"]')).toBeNull();
  });
});
