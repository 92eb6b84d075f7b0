/*
 * The status panel in a real Chromium over a backup that is at work: backup → publish → event → panel. What the panel
 * shows under a number is what `sf migrate files status --json` says under that number.
 */
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { BackupProgress } from '../../plugin/src/backup/backup-progress.ts';
import type { PublishedSnapshot } from '../../plugin/src/catalog/publication.ts';
import { bundle } from '@file-migration/stand-ins/lightning-page/bundle';
import { startPreview } from '@file-migration/stand-ins/lightning-page/server';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';
import { addDocuments, documentRecord, runBackup, sourceUrl } from '@file-migration/kit/migration/migration-world';
import { launchChromium } from '@file-migration/kit/chromium';
import { commandWorld, expectCode, json } from '@file-migration/kit/command/command-world';
import { publishWorld } from '@file-migration/kit/migration/publish-world';
import type { SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import { expectFigures, readPanel, sequenceOf } from './panel-figures.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const idle = new AbortController().signal;
/** What a page may take on a busy machine, in milliseconds. */
const timeout = 120_000;
/** What is being copied when these are set waits until they are set again: the backup goes no further than was seen. */
const heldCopies = [{ match: { operation: 'CopyObject' }, fault: { kind: 'hold' } }] as const;

describe('the status panel over a backup at work', () => {
  const project = projectAt(ROOT);
  let chromium: Browser;
  let script: string;
  before(async () => {
    [chromium, script] = await Promise.all([launchChromium(), bundle(project)]);
  });
  after(() => chromium.close());

  /** The panel's picture in the README: a backup at work, with figures that were compared a moment before. */
  async function keepPicture(page: Page): Promise<void> {
    if (process.env.UPDATE_SCREENSHOTS === undefined) return;
    await page.screenshot({ path: join(ROOT, 'docs/images/panel-running.png'), fullPage: true });
  }

  async function watching<T>(org: SalesforceOrg, work: (page: Page) => Promise<T>): Promise<T> {
    const preview = await startPreview(project, { org, script });
    const page = await chromium.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-US', timezoneId: 'UTC' });
    page.setDefaultTimeout(timeout);
    try {
      await page.goto(preview.url);
      await page.locator('[data-state="empty"]').waitFor({ state: 'attached' });
      return await work(page);
    } finally {
      await page.close();
      await preview.close();
    }
  }

  it('moves with every event, and shows the figures of its number each time', async () => {
    const world = await publishWorld();
    try {
      await addDocuments(world, 240, { accounts: 5 });
      for (const nth of [1, 2]) {
        world.org.records.insertOne('DocListEntry__c', documentRecord(`gone ${nth}.pdf`, sourceUrl(`gone-${nth}`)));
      }
      world.store.setFaults(heldCopies);
      await watching(world.org, async (page) => {
        const kept = new Map<number, PublishedSnapshot>();
        const progress = new BackupProgress();
        const state = { ended: false };
        const backup = runBackup(
          world,
          {},
          {
            progress,
            beside: async (catalog, work) => {
              const { publisher } = world.publisher(catalog, { publishEveryMs: 700, longEveryMs: 1_500 });
              const result = await publisher.during(() => progress.now(), idle, work);
              await publisher.close();
              return result;
            },
          },
        ).finally(() => {
          state.ended = true;
        });
        const keep = async (): Promise<void> => {
          const { snapshot } = await world.look((catalog) => catalog.publication());
          if (snapshot !== undefined) kept.set(snapshot.sequence, snapshot);
        };
        await page.locator('[data-state="running"]').waitFor({ state: 'attached' });
        const seen = new Set<number>();
        while (!state.ended) {
          await keep();
          const shown = await readPanel(page);
          await keep();
          const snapshot = kept.get(shown.sequence);
          if (snapshot !== undefined && !seen.has(shown.sequence)) {
            expectFigures(shown, snapshot);
            seen.add(shown.sequence);
            if (seen.size === 3) await keepPicture(page);
            world.store.setFaults(seen.size < 3 ? heldCopies : []);
          }
          await sleep(50);
        }
        await backup;
        expect(seen.size, 'numbers seen on the way').to.be.at.least(3);
        await keep();
        const last = Math.max(...kept.keys());
        await page.getByTitle('Refresh').click();
        await page.locator(`[data-sequence="${last}"]`).waitFor();
        expectFigures(await readPanel(page), kept.get(last) ?? expect.fail('no last snapshot'));
        await page.locator('button[data-code="source-missing"]').click();
        await page.getByText('gone 1.pdf').waitFor();
        await page.getByText('f Account 3').waitFor();
      });
    } finally {
      await world.close();
    }
  });

  it('shows what the commands publish: exactly what status --json says under the same number', async () => {
    const world = await commandWorld();
    try {
      await addDocuments(world, 80, { accounts: 4 });
      world.org.records.insertOne('DocListEntry__c', documentRecord('gone.pdf', sourceUrl('gone')));
      world.store.setFaults(heldCopies);
      const published = async (): Promise<PublishedSnapshot> => {
        const ended = await world.run('status', '--json');
        expectCode(ended, 0);
        const { overview } = json(ended).result as { overview: { published: PublishedSnapshot; counts: unknown } };
        return overview.published;
      };
      await watching(world.org, async (page) => {
        const backup = world.run('backup');
        // nobody touches the page: the event brings it
        await page.locator('[data-state="running"]').waitFor({ state: 'attached' });
        // what is compared are figures under one number, and there comes a last one while the copies are held
        let [told, shown] = [await published(), await readPanel(page)];
        while (told.sequence !== shown.sequence) [told, shown] = [await published(), await readPanel(page)];
        expectFigures(shown, told);
        world.store.setFaults();
        const ended = await backup;
        expectCode(ended, 68);
        expect(ended.stdout).to.match(/Published snapshot \d+ in \d+ calls \(\d+ of 2,000 used in the last 24h\)\./);
        await page.getByTitle('Refresh').click();
        await page.locator('[data-state="completed_with_failures"]').waitFor({ state: 'attached' });
        const status = await published();
        expectFigures(await readPanel(page), status);
        expect(status.counts.states).to.include({ verified: 80, missing: 1 });

        expectCode(await world.run('verify', '--mode', 'head', '--no-publish'), 0);
        expect(await published(), 'not published').to.deep.equal(status);
        expectCode(await world.run('verify', '--mode', 'head'), 0);
        await page.getByTitle('Refresh').click();
        await page.locator('li[data-run="3"]').waitFor();
        expectFigures(await readPanel(page), await published());

        const gone = await world.run('cleanup', '--published', '--json');
        expectCode(gone, 0);
        expect(json(gone)).to.nested.include({ 'result.published.runs': 2, 'result.published.accounts': 5 });
        await page.getByTitle('Refresh').click();
        await page.locator('[data-state="empty"]').waitFor({ state: 'attached' });
        const again = await world.run('publish', '--json');
        expectCode(again, 0);
        await page.getByTitle('Refresh').click();
        await page.locator('li[data-run="3"]').waitFor();
        expect(await sequenceOf(page)).to.equal((await published()).sequence);
      });
    } finally {
      await world.close();
    }
  });
});
