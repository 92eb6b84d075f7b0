import { createElement } from 'lwc';
import { subscribe } from 'lightning/empApi';
import FileMigrationStatus from 'c/fileMigrationStatus';

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
jest.mock('@salesforce/customPermission/File_Migration_View', () => ({ default: undefined }), { virtual: true });

describe('c-file-migration-status without the permission', () => {
  it('says what to ask for, and listens to nothing', async () => {
    const element = createElement('c-file-migration-status', { is: FileMigrationStatus });
    document.body.appendChild(element);
    await Promise.resolve();
    expect(element.shadowRoot.querySelector('[data-state]').dataset.state).toBe('no-permission');
    expect(element.shadowRoot.querySelector('[data-id="message"]').textContent).toContain('No_Permission_More');
    expect(subscribe).not.toHaveBeenCalled();
    await expect(element).toBeAccessible();
  });
});
