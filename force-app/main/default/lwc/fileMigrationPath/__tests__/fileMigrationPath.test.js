import { createElement } from 'lwc';
import FileMigrationPath from 'c/fileMigrationPath';

const MILESTONES = ['Backup', 'Verify', 'Switch', 'Done'].map((name) => ({
  DeveloperName: name,
  MasterLabel: name,
  Description__c: `${name} means this`,
}));

function show(run, result = { data: MILESTONES }) {
  const element = createElement('c-file-migration-path', { is: FileMigrationPath });
  Object.assign(element, { run, result });
  document.body.appendChild(element);
  return element.shadowRoot;
}
const stepOf = (root) => root.querySelector('lightning-progress-indicator').currentStep;
const meaningOf = (root) => root.querySelector('[data-id="meaning"]').textContent;

describe('c-file-migration-path', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows the milestone that has begun, in the words of the org', async () => {
    const root = show({ Milestone__c: 'Backup', Discovered__c: 5 });
    expect(stepOf(root)).toBe('Backup');
    expect(meaningOf(root)).toBe('Backup means this');
    await expect(root.host).toBeAccessible();
  });

  it('does not say that documents are being switched after a backup alone', () => {
    const root = show({ Milestone__c: 'Switch', Verified__c: 5 });
    expect(stepOf(root)).toBe('Verify');
    expect(meaningOf(root)).toBe('c.File_Migration_Ready');
  });

  it('is not done while documents need a decision', () => {
    const root = show({ Milestone__c: 'Done', Switched__c: 84, Denied__c: 7 });
    expect(stepOf(root)).toBe('Switch');
    expect(meaningOf(root)).toBe('c.File_Migration_Exceptions');
  });

  it('is loading, refused or not set up, and says which', () => {
    expect(show({}, {}).querySelector('lightning-spinner')).not.toBeNull();
    const refused = show({}, { error: { body: { message: 'No access to milestones' } } });
    const panel = refused.querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No access to milestones');
    expect(show({}, { data: [] }).querySelector('[data-id="empty"]')).not.toBeNull();
  });
});
