import { createElement } from 'lwc';
import FileMigrationErrorPanel from 'c/fileMigrationErrorPanel';

function show(properties) {
  const element = createElement('c-file-migration-error-panel', { is: FileMigrationErrorPanel });
  Object.assign(element, properties);
  document.body.appendChild(element);
  return element;
}

describe('c-file-migration-error-panel', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows the org’s own words, accessibly', async () => {
    const element = show({ errors: { body: [{ message: 'No access to Advice__c' }, { message: 'and more' }] } });
    const panel = element.shadowRoot.querySelector('[role="alert"]');
    expect(panel.textContent).toContain('No access to Advice__c');
    expect(panel.querySelectorAll('.message')).toHaveLength(2);
    await expect(element).toBeAccessible();
  });

  it('takes a title for what cannot be shown', () => {
    const element = show({ errors: new Error('x'), title: 'No settings' });
    expect(element.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No settings');
  });

  it('shows nothing while there is no error', () => {
    expect(show({ errors: undefined }).shadowRoot.querySelector('[role="alert"]')).toBeNull();
  });
});
