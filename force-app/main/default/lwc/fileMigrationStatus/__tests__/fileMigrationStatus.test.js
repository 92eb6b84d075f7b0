import { createElement } from 'lwc';
import { refreshApex } from '@salesforce/apex';
import { publish, unsubscribe } from 'lightning/empApi';
import getAccounts from '@salesforce/apex/FileMigrationStatusController.getAccounts';
import getErrorClasses from '@salesforce/apex/FileMigrationStatusController.getErrorClasses';
import getMilestones from '@salesforce/apex/FileMigrationStatusController.getMilestones';
import getRuns from '@salesforce/apex/FileMigrationStatusController.getRuns';
import getSettings from '@salesforce/apex/FileMigrationStatusController.getSettings';
import FileMigrationStatus from 'c/fileMigrationStatus';

jest.mock('@salesforce/apex', () => ({ refreshApex: jest.fn(() => Promise.resolve()) }), { virtual: true });
/** A declaration, because jest lifts the mocks above everything else. */
function mockAdapter() {
  const { createApexTestWireAdapter } = require('@salesforce/sfdx-lwc-jest');
  return { __esModule: true, default: createApexTestWireAdapter(jest.fn()) };
}
jest.mock('@salesforce/apex/FileMigrationStatusController.getAccounts', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getErrorClasses', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getMilestones', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getRuns', () => mockAdapter(), { virtual: true });
jest.mock('@salesforce/apex/FileMigrationStatusController.getSettings', () => mockAdapter(), { virtual: true });

const CATALOG = 'catalog-1';
const MINUTE_MS = 60_000;

function run(changes = {}) {
  return {
    Id: 'a0R000000000001AAA',
    Catalog_Id__c: CATALOG,
    Run_Number__c: 7,
    Type__c: 'backup',
    Mode__c: 'full',
    Status__c: 'running',
    Milestone__c: 'Backup',
    Started__c: new Date(Date.now() - 60 * MINUTE_MS).toISOString(),
    Heartbeat__c: new Date().toISOString(),
    Sequence__c: 12,
    Documents__c: 1,
    Verified__c: 1,
    ...changes,
  };
}

function show() {
  const element = createElement('c-file-migration-status', { is: FileMigrationStatus });
  document.body.appendChild(element);
  return element;
}

async function settled() {
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
}

async function showRuns(runs) {
  const element = show();
  getRuns.emit(runs);
  getMilestones.emit([{ DeveloperName: 'Backup', MasterLabel: 'Backup', Description__c: 'Copying' }]);
  getSettings.emit([{ Stale_After_Minutes__c: 10, Runbook_Link__c: 'https://wiki.example.com/runbook' }]);
  await settled();
  getAccounts.emit([{ Id: '1', Account_Id__c: '001000000000001AAA', Documents__c: 5, Verified__c: 5 }]);
  getErrorClasses.emit([{ Id: '2', Code__c: 'source-missing', Documents__c: 2 }]);
  await settled();
  return element;
}

const stateOf = (element) => element.shadowRoot.querySelector('[data-state]').dataset.state;

describe('c-file-migration-status', () => {
  beforeEach(() => {
    jest.clearAllMocks();
  });
  afterEach(() => document.body.replaceChildren());

  it('is loading until the org answers', () => {
    expect(stateOf(show())).toBe('loading');
  });

  it('shows the newest run, its path, errors and accounts, accessibly', async () => {
    const element = await showRuns([run(), run({ Id: 'a0R000000000002AAA', Catalog_Id__c: 'other' })]);
    expect(stateOf(element)).toBe('running');
    expect(element.shadowRoot.querySelector('[data-id="snapshot"]').dataset.sequence).toBe('12');
    expect(element.shadowRoot.querySelector('c-file-migration-errors').result.data).toHaveLength(1);
    expect(element.shadowRoot.querySelectorAll('h1')).toHaveLength(1);
    expect(element.shadowRoot.querySelector('a').href).toBe('https://wiki.example.com/runbook');
    await expect(element).toBeAccessible();
  });

  it('is stale when a running run is silent for longer than the settings allow', async () => {
    const element = await showRuns([run({ Heartbeat__c: new Date(Date.now() - 12 * MINUTE_MS).toISOString() })]);
    expect(stateOf(element)).toBe('stale');
  });

  it('is stale, not alive, when a run never gave a sign of life', async () => {
    expect(stateOf(await showRuns([run({ Heartbeat__c: undefined })]))).toBe('stale');
  });

  it.each(['interrupted', 'stopped', 'failed', 'completed_with_failures'])(
    'says what to do after %s',
    async (status) => {
      const element = await showRuns([run({ Status__c: status, Next_Step__c: 'sf migrate files backup' })]);
      expect(element.shadowRoot.querySelector('[data-id="message"] code').textContent).toBe('sf migrate files backup');
    },
  );

  it('needs no words when all is done', async () => {
    const element = await showRuns([
      run({ Status__c: 'completed', Milestone__c: 'Done', Switched__c: 1, Verified__c: 0 }),
    ]);
    expect(element.shadowRoot.querySelector('[data-id="message"]')).toBeNull();
  });

  it('is not done while documents still need a decision', async () => {
    const counts = { Documents__c: 100, Switched__c: 84, Denied__c: 7, Archived__c: 5, Missing__c: 4, Verified__c: 0 };
    const element = await showRuns([run({ Status__c: 'completed', Milestone__c: 'Done', ...counts })]);
    expect(stateOf(element)).toBe('exceptions');
    expect(element.shadowRoot.querySelector('[data-id="message"]').textContent).toContain('File_Migration_Exceptions');
  });

  it('shows each section’s own error, and takes none for empty', async () => {
    const element = show();
    getRuns.emit([run({ Failed__c: 1 })]);
    await settled();
    const sections = ['c-file-migration-errors', 'c-file-migration-accounts', 'c-file-migration-path'];
    for (const section of sections) {
      expect(element.shadowRoot.querySelector(section).shadowRoot.querySelector('lightning-spinner')).not.toBeNull();
    }
    getErrorClasses.error({ message: 'No access to Advice__c' });
    getAccounts.error({ message: 'No access to Bytes__c' });
    getMilestones.error({ message: 'No access to milestones' });
    getSettings.error({ message: 'No access to settings' });
    await settled();
    for (const section of sections) {
      const { shadowRoot } = element.shadowRoot.querySelector(section);
      expect(shadowRoot.querySelector('c-file-migration-error-panel')).not.toBeNull();
      expect(shadowRoot.querySelector('[data-id="empty"]')).toBeNull();
    }
    const panel = element.shadowRoot.querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No access to settings');
  });

  it('says so when nothing has been published', async () => {
    expect(stateOf(await showRuns([]))).toBe('empty');
  });

  it('shows what went wrong', async () => {
    const element = show();
    getRuns.error({ message: 'No access to Status__c' });
    await settled();
    expect(stateOf(element)).toBe('error');
    expect(element.shadowRoot.querySelector('[data-id="message"]').textContent).toContain('No access to Status__c');
  });

  it('asks again when the org tells of news, and no more once it is gone', async () => {
    const element = await showRuns([run()]);
    refreshApex.mockClear();
    publish('/event/File_Migration_Progress__e', {});
    expect(refreshApex).toHaveBeenCalled();
    element.remove();
    await settled();
    expect(unsubscribe).toHaveBeenCalledTimes(1);
  });

  it('asks again while visible, and not while hidden', async () => {
    jest.useFakeTimers();
    try {
      await showRuns([run()]);
      refreshApex.mockClear();
      jest.advanceTimersByTime(10_000);
      const whileVisible = refreshApex.mock.calls.length;
      expect(whileVisible).toBeGreaterThan(0);
      const visibility = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
      document.dispatchEvent(new CustomEvent('visibilitychange'));
      jest.advanceTimersByTime(60_000);
      expect(refreshApex.mock.calls.length).toBe(whileVisible);
      visibility.mockRestore();
    } finally {
      jest.useRealTimers();
    }
  });
});
