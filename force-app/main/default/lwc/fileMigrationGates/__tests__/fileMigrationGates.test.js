import { createElement } from 'lwc';
import FileMigrationGates from 'c/fileMigrationGates';

const gate = (changes) => ({
  id: 'drift',
  label: 'Few documents changed',
  status: 'failed',
  found: '9%',
  expected: '1%',
  fix: 'sf migrate files backup',
  ...changes,
});

function show(snapshot) {
  const element = Object.assign(createElement('c-file-migration-gates', { is: FileMigrationGates }), { snapshot });
  document.body.appendChild(element);
  return element.shadowRoot;
}

describe('c-file-migration-gates', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows each gate with its figure, and the command that fixes what is not passed', async () => {
    const root = show({ gates: [gate({ id: 'evidence', status: 'passed' }), gate()] });
    const [passed, failed] = root.querySelectorAll('li');
    expect(passed.querySelector('lightning-icon').variant).toBe('success');
    expect(passed.querySelector('code')).toBeNull();
    expect(failed.querySelector('lightning-icon').variant).toBe('error');
    expect(failed.querySelector('code').textContent).toBe('sf migrate files backup');
    await expect(root.host).toBeAccessible();
  });

  it('tells a gate that was ignored, or that nobody could tell about, from one that failed', () => {
    const gates = ['failed', 'unknown', 'ignored'].map((status) => gate({ id: status, status }));
    const icons = [...show({ gates }).querySelectorAll('lightning-icon')];
    expect(icons.map(({ variant }) => variant)).toEqual(['error', 'error', 'warning']);
    expect(new Set(icons.map(({ iconName }) => iconName)).size).toBe(3);
    expect(new Set(icons.map(({ alternativeText }) => alternativeText)).size).toBe(3);
  });

  it('says how to fix what was ignored', () => {
    expect(show({ gates: [gate({ status: 'ignored' })] }).querySelector('code').textContent).toBe(
      'sf migrate files backup',
    );
  });

  it('says when the gates were looked at', () => {
    const root = show({ gates: [gate()], gatesAt: 1_793_366_400_000 });
    expect(root.querySelector('[data-id="checked"] lightning-relative-date-time').value).toBe(1_793_366_400_000);
  });

  it('says how to have them checked, and no time, while nobody has', () => {
    const root = show({ gates: [] });
    expect(root.querySelector('[data-id="checked"]')).toBeNull();
    expect(root.querySelector('p')).not.toBeNull();
  });

  it('says that it cannot read what another version published', () => {
    const root = show({ gates: [], isUnreadable: true });
    expect(root.querySelector('[data-id="unreadable"]')).not.toBeNull();
    expect(root.querySelector('[data-id="empty"]')).toBeNull();
  });
});
