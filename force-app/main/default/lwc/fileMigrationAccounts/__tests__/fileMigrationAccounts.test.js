import { createElement } from 'lwc';
import FileMigrationAccounts from 'c/fileMigrationAccounts';

function show(result) {
  const element = createElement('c-file-migration-accounts', { is: FileMigrationAccounts });
  element.result = result;
  document.body.appendChild(element);
  return element;
}

describe('c-file-migration-accounts', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows how far each account is, accessibly', async () => {
    const element = show({
      data: [
        { Id: '1', Account_Id__c: '001000000000001AAA', Documents__c: 2854, Verified__c: 1000, Switched__c: 784 },
        { Id: '2', Documents__c: 3, Attention__c: 3 },
      ],
    });
    const rows = [...element.shadowRoot.querySelectorAll('tbody tr')];
    expect([...rows[0].querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual(['2,854', '62.5%', '0']);
    expect(rows[1].querySelector('th').textContent).toBe('c.File_Migration_No_Account');
    await expect(element).toBeAccessible();
  });

  it('is loading, not empty, until the org answers', () => {
    const { shadowRoot } = show({ data: undefined, error: undefined });
    expect(shadowRoot.querySelector('lightning-spinner')).not.toBeNull();
    expect(shadowRoot.querySelector('[data-id="empty"]')).toBeNull();
  });

  it('shows what the org refused, and never an empty list', () => {
    const { shadowRoot } = show({ error: { body: { message: 'No access to Bytes__c' } } });
    const panel = shadowRoot.querySelector('c-file-migration-error-panel');
    expect(panel.shadowRoot.querySelector('[role="alert"]').textContent).toContain('No access to Bytes__c');
    expect(shadowRoot.querySelector('[data-id="empty"]')).toBeNull();
  });

  it('says so when nothing was published', () => {
    expect(show({ data: [] }).shadowRoot.querySelector('[data-id="empty"]')).not.toBeNull();
  });
});
