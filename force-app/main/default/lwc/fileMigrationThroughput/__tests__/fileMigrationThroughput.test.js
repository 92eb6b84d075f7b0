import { createElement } from 'lwc';
import FileMigrationThroughput from 'c/fileMigrationThroughput';

function show(snapshot) {
  const element = createElement('c-file-migration-throughput', { is: FileMigrationThroughput });
  element.snapshot = snapshot;
  document.body.appendChild(element);
  return element.shadowRoot;
}
const at = (minute, documents) => ({ at: 1_793_366_400 + minute * 60, documents, bytes: 0 });

describe('c-file-migration-throughput', () => {
  afterEach(() => document.body.replaceChildren());

  it('draws documents a minute from the intervals that were published', async () => {
    const points = [at(0, 0), at(2, 400), at(4, 200)];
    const root = show({ isUnreadable: false, throughput: { intervalSeconds: 120, points } });
    expect(root.querySelector('.curve').getAttribute('points')).toBe('0,160 300,8 600,84');
    await expect(root.host).toBeAccessible();
  });

  it('is empty until two intervals have been measured', () => {
    const root = show({ isUnreadable: false, throughput: { intervalSeconds: 60, points: [at(0, 5)] } });
    expect(root.querySelector('[data-id="empty"]')).not.toBeNull();
    expect(root.querySelector('svg')).toBeNull();
  });

  it('says that it cannot read what another version published', () => {
    const root = show({ isUnreadable: true, throughput: { intervalSeconds: 60, points: [] } });
    expect(root.querySelector('[data-id="unreadable"]')).not.toBeNull();
    expect(root.querySelector('[data-id="empty"]')).toBeNull();
  });
});
