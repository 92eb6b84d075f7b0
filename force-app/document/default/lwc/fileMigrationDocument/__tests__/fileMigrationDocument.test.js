import { createElement } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import FileMigrationDocument from 'c/fileMigrationDocument';

const ID = 'a0B000000000001AAA';
const ORIGINAL = 'https://vendor.example/1';
const LINK = `https://files.example.com/d/${ID}`;

async function show(url, key, original) {
  const element = createElement('c-file-migration-document', { is: FileMigrationDocument });
  element.recordId = ID;
  document.body.appendChild(element);
  getRecord.emit({
    id: ID,
    apiName: 'DocListEntry__c',
    fields: { Document__c: { value: url }, File_Key__c: { value: key }, File_Original_Url__c: { value: original } },
  });
  await Promise.resolve();
  return element.shadowRoot;
}

const stateOf = (root) => root.querySelector('[data-state]').dataset.state;

describe('c-file-migration-document', () => {
  afterEach(() => document.body.replaceChildren());

  it.each([
    ['waiting', ORIGINAL, null, null],
    ['empty', null, null, null],
    ['switched', LINK, 'k', ORIGINAL],
    ['switched', `https://b.s3.amazonaws.com/uploads/001/Acme/${ID}/a.pdf`, 'k', ORIGINAL],
    ['replaced', 'https://vendor.example/2', 'k', ORIGINAL],
    ['replaced', 'https://files.example.com/d/a0B000000000009AAA', 'k', ORIGINAL],
    ['rolled-back', ORIGINAL, 'k', ORIGINAL],
  ])('is %s with the URL %s', async (state, url, key, original) => {
    expect(stateOf(await show(url, key, original))).toBe(state);
  });

  it('opens the link and, beside it, the original', async () => {
    const root = await show(LINK, 'k', ORIGINAL);
    expect(root.querySelector('[data-id="open"]').href).toBe(LINK);
    expect(root.querySelector('[data-id="original"]').href).toBe(ORIGINAL);
    await expect(document.body).toBeAccessible();
  });

  it('makes no link of what is no web address', async () => {
    const root = await show('javascript:alert(1)', 'k', 'data:text/html,x');
    expect(root.querySelector('a')).toBeNull();
  });

  it('says what to ask for when the user may not read the fields', async () => {
    const element = createElement('c-file-migration-document', { is: FileMigrationDocument });
    element.recordId = ID;
    document.body.appendChild(element);
    getRecord.error();
    await Promise.resolve();
    expect(stateOf(element.shadowRoot)).toBe('no-access');
  });

  it('says in the org’s own words why the record cannot be read', async () => {
    const element = createElement('c-file-migration-document', { is: FileMigrationDocument });
    element.recordId = 'a0B000000000001AAA';
    document.body.appendChild(element);
    getRecord.error({ message: 'No access to File_Key__c' });
    await Promise.resolve();
    expect(element.shadowRoot.querySelector('[data-state]').dataset.state).toBe('no-access');
    expect(element.shadowRoot.querySelector('[data-id="reason"]').textContent).toBe('No access to File_Key__c');
  });
});
