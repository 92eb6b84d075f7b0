import { createElement } from 'lwc';
import FileMigrationFigures from 'c/fileMigrationFigures';

function show(run, atWork = true) {
  const element = createElement('c-file-migration-figures', { is: FileMigrationFigures });
  Object.assign(element, { run, atWork });
  document.body.appendChild(element);
  return element;
}

describe('c-file-migration-figures', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows a total that is the sum of what it lists', async () => {
    const element = show({ Documents__c: 10, Verified__c: 6, Discovered__c: 3, Failed__c: 1, Evidence_A__c: 6 });
    const bar = element.shadowRoot.querySelector('[data-id="states"]');
    expect(bar.shadowRoot.querySelector('[data-id="total"]').textContent).toBe('10');
    expect(element.shadowRoot.querySelector('[data-id="sum"]')).toBeNull();
    await expect(element).toBeAccessible();
  });

  it('says so when what was published does not add up', () => {
    const element = show({ Documents__c: 10, Verified__c: 6 });
    expect(element.shadowRoot.querySelector('[data-id="sum"]')).not.toBeNull();
  });

  it('shows no rate and no time left when nothing is at work', () => {
    const element = show({ Documents__c: 1, Verified__c: 1, Rate__c: 5, Seconds_Left__c: 7 }, false);
    expect(element.shadowRoot.querySelector('[data-id="rate"]').textContent).toBe('c.File_Migration_Idle');
    expect(element.shadowRoot.querySelector('[data-id="timeLeft"]').textContent).toBe('c.File_Migration_Idle');
  });

  it('says that nobody can tell the time left', () => {
    const element = show({ Documents__c: 1, Verified__c: 1, Rate__c: 0.4 });
    expect(element.shadowRoot.querySelector('[data-id="timeLeft"]').textContent).toBe('c.File_Migration_Unknown');
  });
});
