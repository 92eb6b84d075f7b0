import { createElement } from 'lwc';
import FileMigrationShareBar from 'c/fileMigrationShareBar';

function show(parts) {
  const element = createElement('c-file-migration-share-bar', { is: FileMigrationShareBar });
  Object.assign(element, { label: 'States', parts });
  document.body.appendChild(element);
  return element.shadowRoot;
}
const part = (key, value) => ({ key, label: key, value, tone: 'good' });

describe('c-file-migration-share-bar', () => {
  afterEach(() => document.body.replaceChildren());

  it('says in a table and in words what the bar shows', async () => {
    const root = show([part('verified', 5), part('failed', 3), part('skipped', 0)]);
    expect(root.querySelector('[role="img"]').getAttribute('aria-label')).toBe('States: verified 62.5%, failed 37.5%');
    expect([...root.querySelectorAll('tbody tr')].map(({ dataset }) => dataset.key)).toEqual(['verified', 'failed']);
    expect(root.querySelector('[data-id="total"]').textContent).toBe('8');
    await expect(root.host).toBeAccessible();
  });

  it('never rounds something to all or none', () => {
    const root = show([part('verified', 999_999), part('failed', 1)]);
    const shares = [...root.querySelectorAll('tbody td:last-child')].map(({ textContent }) => textContent);
    expect(shares).toEqual(['99.9%', '0.1%']);
  });
});
