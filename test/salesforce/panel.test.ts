/*
 * The Lightning components in a real Chromium, with Salesforce's own base components and design system, over what real
 * commands published into the simulated org. UPDATE_SCREENSHOTS=1 keeps what each state looks like in docs/images.
 */
import { join, resolve } from 'node:path';
import { launchChromium } from '@file-migration/kit/chromium';
import { commandWorld, expectCode, type CommandWorld } from '@file-migration/kit/command/command-world';
import { addDocuments, documentRecord, sourceUrl } from '@file-migration/kit/migration/migration-world';
import { bundle } from '@file-migration/stand-ins/lightning-page/bundle';
import { startPreview, type Preview } from '@file-migration/stand-ins/lightning-page/server';
import { startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import type { RecordInput } from '@file-migration/stand-ins/salesforce-org/store/field-values';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = 'File_Migration_Run__c';
const MINUTE_MS = 60_000;

describe('The status panel in Chromium', () => {
  const project = projectAt(ROOT);
  let chromium: Browser;
  let script: string;
  let world: CommandWorld;
  /** The newest run's row as the commands left it; every test begins with it. */
  let newest: Record<string, unknown>;
  let previews: Preview[];
  let complaints: string[];

  before(async () => {
    [chromium, script, world] = await Promise.all([launchChromium(), bundle(project), commandWorld()]);
    await addDocuments(world, 90, { accounts: 4 });
    for (const nth of [1, 2, 3]) {
      world.org.records.insertOne('DocListEntry__c', documentRecord(`gone ${nth}.pdf`, sourceUrl(`gone-${nth}`)));
    }
    expectCode(await world.run('backup'), 68);
    expectCode(await world.run('verify', '--mode', 'head'), 0);
    // nobody runs a redirect service here: its gate fails, and the gates are published
    expectCode(await world.run('switch', '--execute', '--no-backup'), 70);
    const [last, ...earlier] = [...world.org.records.all(RUN)].sort(
      (one, other) => Number(other.Run_Number__c) - Number(one.Run_Number__c),
    );
    newest = last ?? expect.fail('nothing was published');
    // the runs before it were yesterday's: the newest stays the newest when it is silent
    const yesterday = new Date(Date.now() - 24 * 60 * MINUTE_MS).toISOString();
    for (const { Id } of earlier) world.org.records.update(String(Id), { Heartbeat__c: yesterday });
  });
  after(async () => {
    await Promise.all([chromium.close(), world.close()]);
  });
  beforeEach(() => {
    complaints = [];
    previews = [];
    change({});
  });
  afterEach(async () => {
    world.org.setFaults([]);
    await Promise.all(previews.map((preview) => preview.close()));
  });

  /** The newest run's row as published, but for these fields. */
  function change(fields: RecordInput): void {
    const kept = ['Status__c', 'Milestone__c', 'Heartbeat__c', 'Ended__c', 'Sequence__c', 'Switched__c', 'Verified__c'];
    const published = Object.fromEntries(kept.map((name) => [name, newest[name] as string | number | null]));
    world.org.records.update(String(newest.Id), { ...published, ...fields });
  }

  async function show(
    path = '/',
    {
      width = 1280,
      org = world.org,
      permitted = true,
    }: { width?: number; org?: SalesforceOrg; permitted?: boolean } = {},
  ): Promise<Page> {
    const preview = await startPreview(project, { org, script, permitted });
    previews.push(preview);
    const page = await chromium.newPage({ viewport: { width, height: 320 }, locale: 'en-US', timezoneId: 'UTC' });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('[LWC')) complaints.push(message.text());
    });
    await page.goto(preview.url + path);
    return page;
  }

  async function inState(page: Page, state: string): Promise<void> {
    await page.locator(`[data-state="${state}"]`).waitFor({ state: 'attached', timeout: 60_000 });
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (process.env.UPDATE_SCREENSHOTS === undefined) return;
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(ROOT, 'docs/images', `${name}.png`), fullPage: true });
  }

  it('shows what was published, and the figures add up', async () => {
    const page = await show();
    await inState(page, String(newest.Status__c));
    const states = page.locator('c-file-migration-share-bar[data-id="states"]');
    expect(await states.locator('[data-key="Verified__c"] [data-value]').getAttribute('data-value')).to.equal('90');
    expect(await states.locator('[data-key="Missing__c"] [data-value]').getAttribute('data-value')).to.equal('3');
    expect(await states.locator('[data-id="total"]').textContent()).to.equal('93');
    expect(await page.locator('[data-id="sum"]').count()).to.equal(0);
    expect(await page.locator('h1').count()).to.equal(1);
    await page.getByText('f Account 3').waitFor();
    await keep(page, 'panel-completed');
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it('shows the gates that the product has, each with what was found and what fixes it', async () => {
    const page = await show();
    const { gates } = JSON.parse(String(newest.Snapshot__c)) as { gates: { id: string; status: string }[] };
    expect(gates.length).to.be.at.least(5);
    await page.locator(`li[data-gate="${gates[0]?.id ?? ''}"]`).waitFor();
    const shown = await page.locator('li[data-gate]').all();
    expect(await Promise.all(shown.map((gate) => gate.getAttribute('data-gate')))).to.deep.equal(
      gates.map(({ id }) => id),
    );
    expect(await page.locator('li[data-gate][data-passed="false"]').count()).to.equal(
      gates.filter(({ status }) => status !== 'passed').length,
    );
    await page.close();
  });

  it('does not say that links are being written after a backup alone', async () => {
    const page = await show();
    await page.locator('[data-id="meaning"]').waitFor();
    expect(await page.locator('[data-id="meaning"]').textContent()).to.equal(
      'All copies are verified. The switch has not started; nothing changes for users.',
    );
    await page.close();
  });

  it('is not done while documents still need a decision', async () => {
    change({ Milestone__c: 'Done', Status__c: 'completed', Switched__c: 90, Verified__c: 0 });
    const page = await show();
    await inState(page, 'exceptions');
    expect(await page.locator('[data-id="message"] h2').textContent()).to.equal(
      'Switched; 3 documents still need a decision',
    );
    await keep(page, 'panel-exceptions');
    await page.close();
  });

  it('moves by itself when the org tells that something was published', async () => {
    change({ Status__c: 'running', Ended__c: null, Heartbeat__c: new Date().toISOString() });
    const page = await show();
    await inState(page, 'running');
    const sequence = Number(newest.Sequence__c) + 1;
    change({ Status__c: 'running', Ended__c: null, Sequence__c: sequence, Heartbeat__c: new Date().toISOString() });
    const { url, accessToken } = world.org;
    const event = await fetch(`${url}/services/data/v67.0/sobjects/File_Migration_Progress__e`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ Run_External_Id__c: newest.External_Id__c, Sequence__c: sequence, Status__c: 'running' }),
    });
    expect(event.status).to.equal(201);
    await page.locator(`[data-id="snapshot"][data-sequence="${sequence}"]`).waitFor();
    await page.close();
  });

  it('says since when there was no sign of life, and shows no rate then', async () => {
    const heartbeat = new Date(Date.now() - 12 * MINUTE_MS).toISOString();
    change({ Status__c: 'running', Ended__c: null, Heartbeat__c: heartbeat });
    const page = await show();
    await inState(page, 'stale');
    expect(await page.locator('[data-id="message"] h2').textContent()).to.match(/^No sign of life for 1\dm$/);
    expect(await page.locator('[data-id="rate"]').textContent()).to.equal('–');
    await keep(page, 'panel-stale');
    await page.close();
  });

  it('says what to run when nothing has been published yet', async () => {
    const org = await startSalesforceOrg();
    try {
      const page = await show('/', { org });
      await inState(page, 'empty');
      await page.getByText('sf migrate files backup').waitFor();
      await keep(page, 'panel-empty');
      await page.close();
    } finally {
      await org.close();
    }
  });

  it('shows what the org answered when it refuses', async () => {
    const fault = { kind: 'error', status: 500, code: 'UNKNOWN_EXCEPTION', message: 'An unexpected error' } as const;
    world.org.setFaults([{ match: { operation: 'query' }, fault }]);
    const page = await show();
    await inState(page, 'error');
    await keep(page, 'panel-error');
    await page.close();
  });

  it('says of a section what it may not read, and shows the rest', async () => {
    const users = [
      {
        username: 'half@file-migration.example',
        profile: 'admin' as const,
        permissionSets: ['File_Migration_Viewer'],
        fields: { 'File_Migration_Error__c.Advice__c': 'none' as const },
      },
    ];
    const org = await startSalesforceOrg({ users });
    try {
      const row = Object.fromEntries(
        Object.entries(newest).filter(([name]) => name === 'Name' || name.endsWith('__c')),
      ) as RecordInput;
      org.records.insertOne(RUN, row);
      const page = await show('/', { org });
      await page.locator('c-file-migration-errors [data-id="error-panel"]').getByText('Advice__c').waitFor();
      expect(await page.locator('c-file-migration-errors [data-id="empty"]').count()).to.equal(0);
      expect(await page.locator('[data-id="total"]').first().textContent()).to.equal('93');
      await keep(page, 'panel-section-refused');
      await page.close();
    } finally {
      await org.close();
    }
  });

  it('shows where the documents are that fail, to those who may see them', async () => {
    const page = await show();
    await page.locator('button[data-code="source-missing"]').click();
    await page.getByText('gone 1.pdf').waitFor();
    await page.locator('li[data-run="1"] button').click();
    await page.locator('li[data-run="1"] [data-id="drill"]').waitFor();
    await keep(page, 'panel-drill-down');
    await page.close();
  });

  it('fits a phone', async () => {
    const page = await show('/', { width: 390 });
    await page.getByText('f Account 3').waitFor();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).to.be.at.most(0);
    await keep(page, 'panel-phone');
    await page.close();
  });

  it('tells who lacks the permission what to ask for', async () => {
    const page = await show('/', { permitted: false });
    await inState(page, 'no-permission');
    await page.getByText('File Migration Viewer').waitFor();
    await keep(page, 'panel-no-permission');
    await page.close();
  });

  it("says on a document's page where its file opens from", async () => {
    const original = 'https://vendor-bucket.s3.us-west-2.amazonaws.com/tenant-pdf-manager/1';
    const id = world.org.records.insertOne('DocListEntry__c', { Name: 'Invoice.pdf', Document__c: original });
    const key = `uploads/001/Acme/${id}/Invoice.pdf`;
    const link = `https://files.example.com/d/${id}`;
    const states: [string, RecordInput][] = [
      ['waiting', {}],
      ['switched', { Document__c: link, File_Key__c: key, File_Original_Url__c: original }],
      ['replaced', { Document__c: `${original}-new` }],
      ['rolled-back', { Document__c: original }],
    ];
    for (const [state, fields] of states) {
      world.org.records.update(id, fields);
      const page = await show(`/document/${id}`, { width: 480 });
      await inState(page, state);
      await keep(page, `document-${state}`);
      if (state === 'switched') {
        expect(await page.locator('[data-id="open"]').getAttribute('href')).to.equal(link);
        expect(await page.locator('[data-id="original"]').getAttribute('href')).to.equal(original);
      }
      await page.close();
    }
    expect(complaints).to.deep.equal([]);
  });
});
