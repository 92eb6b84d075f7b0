import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { PublishedSnapshot } from '../../plugin/src/catalog/publication.ts';

/** What the panel shows, as the texts and numbers that a person reads. */
export type PanelFigures = {
  readonly sequence: number;
  readonly states: Readonly<Record<string, number>>;
  readonly evidence: Readonly<Record<string, number>>;
  readonly documents: string;
  readonly accounts: string;
  readonly bytes: string;
  readonly remaining: string;
  readonly run: string;
  readonly status: string;
};

/** Reads the panel between two changes of its number. */
export async function readPanel(page: Page): Promise<PanelFigures> {
  for (;;) {
    const before = await sequenceOf(page);
    const figures = {
      sequence: before,
      states: await bars(page, 'states'),
      evidence: await bars(page, 'evidence'),
      documents: await textOf(page, '[data-id="documents"]'),
      accounts: await textOf(page, '[data-id="documents"] + dd'),
      bytes: await textOf(page, '[data-id="proved"] + dd'),
      remaining: await textOf(page, '[data-id="timeLeft"] + dd'),
      run: await textOf(page, 'li[data-run] p span:nth-of-type(2)'),
      status: (await page.locator('[data-state]').getAttribute('data-state')) ?? '',
    };
    if ((await sequenceOf(page)) === before) return figures;
  }
}

/** What the panel must show under a number, from what `status --json` says under it. */
export function expectFigures(shown: PanelFigures, { sequence, counts, run }: PublishedSnapshot): void {
  expect(shown, `snapshot ${sequence}`).to.deep.equal({
    sequence,
    states: present(counts.states, (state) => `${state.charAt(0).toUpperCase()}${state.slice(1)}__c`),
    evidence: present(counts.evidence, (grade) => `Evidence_${grade}__c`),
    documents: count(counts.documents),
    accounts: `in ${count(counts.accounts)} accounts`,
    bytes: `${bytes(counts.bytes)} in your bucket`,
    remaining: `${count(counts.remaining)} documents to go`,
    run: `${count(run.counters.processed)} documents`,
    status: run.status,
  });
}

export async function sequenceOf(page: Page): Promise<number> {
  return Number(await page.locator('[data-id="snapshot"]').getAttribute('data-sequence'));
}

async function bars(page: Page, id: string): Promise<Record<string, number>> {
  const rows = await page.locator(`c-file-migration-share-bar[data-id="${id}"] tbody tr`).all();
  const read = rows.map(async (row): Promise<[string, number]> => [
    (await row.getAttribute('data-key')) ?? '',
    Number(await row.locator('[data-value]').getAttribute('data-value')),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).first().textContent()) ?? '').trim();
}

/** The bars leave out what is none. */
function present(counts: Readonly<Record<string, number>>, key: (name: string) => string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, value]) => value > 0)
      .map(([name, value]) => [key(name), value]),
  );
}

function count(value: number): string {
  return new Intl.NumberFormat('en-US').format(value);
}

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = value < 1000 ? 0 : Math.floor(Math.log10(value) / 3);
  const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: unit === 0 ? 0 : 1 });
  return `${number.format(value / 1000 ** unit)} ${units[unit] ?? ''}`;
}
