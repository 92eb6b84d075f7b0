import { createElement } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import FileMigrationRecordLink from 'c/fileMigrationRecordLink';

const mockNavigate = jest.fn();
jest.mock('lightning/navigation', () => {
  const GenerateUrl = Symbol('GenerateUrl');
  const Navigate = Symbol('Navigate');
  const NavigationMixin = (Base) =>
    class extends Base {
      [GenerateUrl]({ attributes }) {
        return Promise.resolve(`/${attributes.recordId}`);
      }
      [Navigate](page) {
        mockNavigate(page);
      }
    };
  return { NavigationMixin: Object.assign(NavigationMixin, { GenerateUrl, Navigate }) };
});

const ID = '001000000000001AAA';

function show() {
  const element = createElement('c-file-migration-record-link', { is: FileMigrationRecordLink });
  element.recordId = ID;
  document.body.appendChild(element);
  return element.shadowRoot;
}

describe('c-file-migration-record-link', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows the name to whoever may see the record', async () => {
    const root = show();
    getRecord.emit({ fields: { Name: { value: 'Acme Inc.' } } });
    await Promise.resolve();
    expect(root.querySelector('a').textContent).toBe('Acme Inc.');
    await expect(root.host).toBeAccessible();
  });

  it('shows the id alone to whoever may not', async () => {
    const root = show();
    getRecord.error();
    await Promise.resolve();
    expect(root.querySelector('a').textContent).toBe(ID);
  });

  it('opens the record', () => {
    const root = show();
    root.querySelector('a').click();
    expect(mockNavigate.mock.calls[0][0].attributes.recordId).toBe(ID);
  });
});
