/*
 * The Lightning components in a real Chromium, with Salesforce's own base components and design system, over the
 * simulated org. UPDATE_SCREENSHOTS=1 keeps what each state looks like in docs/images.
 */
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { bundle } from '@file-migration/stand-ins/lightning-page/bundle';
import { startPreview, type Preview } from '@file-migration/stand-ins/lightning-page/server';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';
import { launchChromium } from '@file-migration/kit/chromium';
import { startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import type { RecordInput } from '@file-migration/stand-ins/salesforce-org/store/field-values';
import { CATALOG, publishedAccount, publishedClass, publishedDocument, publishedRun } from './published.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = 'File_Migration_Run__c';

describe('The status panel in Chromium', function () {
  this.timeout(120_000);
  const project = projectAt(ROOT);
  let chromium: Browser;
  let script: string;
  let org: SalesforceOrg;
  let preview: Preview;
  let complaints: string[];

  before(async () => {
    [chromium, script] = await Promise.all([launchChromium(), bundle(project)]);
  });
  after(() => chromium.close());
  beforeEach(async () => {
    complaints = [];
    org = await startSalesforceOrg();
    preview = await startPreview(project, { org, script });
  });
  afterEach(async () => {
    await preview.close();
    await org.close();
  });

  async function show(path = '/', width = 1280): Promise<Page> {
    const page = await chromium.newPage({ viewport: { width, height: 320 }, locale: 'en-US', timezoneId: 'UTC' });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('[LWC')) complaints.push(message.text());
    });
    await page.goto(preview.url + path);
    return page;
  }

  async function inState(page: Page, state: string): Promise<void> {
    await page.locator(`[data-state="${state}"]`).waitFor({ state: 'attached', timeout: 20_000 });
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (process.env.UPDATE_SCREENSHOTS === undefined) return;
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(ROOT, 'docs/images', `${name}.png`), fullPage: true });
  }

  /** A migration half-way: one run at work, one before it, accounts, errors. */
  function publishHalfWay(changes: RecordInput = {}): string {
    const now = Date.now();
    const run = org.records.insertOne(RUN, publishedRun(now, changes));
    const earlier = {
      Run_Number__c: 6,
      External_Id__c: `${CATALOG}:run:6`,
      Status__c: 'interrupted',
      Sequence__c: 610,
    };
    const dayBefore = new Date(now - 86_400_000).toISOString();
    org.records.insertOne(
      RUN,
      publishedRun(now - 86_400_000, {
        ...earlier,
        Heartbeat__c: dayBefore,
        Message__c: 'The process ended without a word.',
      }),
    );
    for (const [index, name] of [
      'Harbor Tax Partners',
      'Nordic Timber',
      'Bluebird Dental',
      'Sierra Freight',
    ].entries()) {
      const account = org.records.insertOne('Account', { Name: name });
      org.records.insertOne('File_Migration_Account__c', publishedAccount(account, 2_854 - index * 411));
    }
    const classes: [string, number, string, string][] = [
      [
        'source-missing',
        9_377,
        'The source object does not exist (404).',
        'Ask the vendor for these files, or leave them out by a filter.',
      ],
      [
        'source-archived',
        1_055,
        'The object is in an archive storage class.',
        'Set source.archived.restore to true and run: sf migrate files backup --retry archived',
      ],
      ['source-denied', 212, 'The source may not be read (403).', 'Check the credentials of the vendor-read role.'],
    ];
    for (const [code, documents, message, advice] of classes) {
      org.records.insertOne('File_Migration_Error__c', publishedClass(code, documents, message, advice));
    }
    const document = org.records.insertOne('DocListEntry__c', {
      Name: 'Tax return 2024.pdf',
      Document__c: 'https://vendor.example/1',
    });
    org.records.insertOne(
      'File_Migration_Error__c',
      publishedDocument(document, 'source-missing', 'The source object does not exist (404).', run),
    );
    return run;
  }

  it('shows what was published, and the figures add up', async () => {
    publishHalfWay();
    const page = await show();
    await inState(page, 'running');
    const states = page.locator('c-file-migration-share-bar[data-id="states"]');
    expect(await states.locator('[data-key="Verified__c"] [data-value]').getAttribute('data-value')).to.equal('811902');
    expect(await states.locator('[data-id="total"]').textContent()).to.equal('1,299,245');
    expect(await page.locator('[data-id="sum"]').count()).to.equal(0);
    expect(await page.locator('[data-id="snapshot"]').textContent()).to.equal('Snapshot 1,412');
    expect(await page.locator('[data-id="rate"]').textContent()).to.equal('121/s');
    await page.getByText('Harbor Tax Partners').waitFor();
    await keep(page, 'panel-running');
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it('moves by itself when the org tells that something was published', async () => {
    const run = publishHalfWay();
    const page = await show();
    await inState(page, 'running');
    org.records.update(run, {
      Sequence__c: 1413,
      Verified__c: 812_902,
      Discovered__c: 469_312,
      Heartbeat__c: new Date().toISOString(),
    });
    const event = await fetch(`${org.url}/services/data/v67.0/sobjects/File_Migration_Progress__e`, {
      method: 'POST',
      headers: { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ Run_External_Id__c: `${CATALOG}:run:7`, Sequence__c: 1413, Status__c: 'running' }),
    });
    expect(event.status).to.equal(201);
    await page.locator('[data-id="snapshot"][data-sequence="1413"]').waitFor({ timeout: 5_000 });
    await page.close();
  });

  it('says since when there was no sign of life, and shows no rate then', async () => {
    publishHalfWay({ Heartbeat__c: new Date(Date.now() - 12 * 60_000).toISOString() });
    const page = await show();
    await inState(page, 'stale');
    expect(await page.locator('[data-id="message"] h2').textContent()).to.equal('No sign of life for 12 min');
    expect(await page.locator('[data-id="rate"]').textContent()).to.equal('–');
    await keep(page, 'panel-stale');
    await page.close();
  });

  it('says what to run when nothing has been published yet', async () => {
    const page = await show();
    await inState(page, 'empty');
    await page.getByText('sf migrate files backup').waitFor();
    await keep(page, 'panel-empty');
    await page.close();
  });

  it('shows what the org answered when it refuses', async () => {
    org.setFaults([
      {
        match: { operation: 'query' },
        fault: { kind: 'error', status: 500, code: 'UNKNOWN_EXCEPTION', message: 'An unexpected error occurred' },
      },
    ]);
    const page = await show();
    await inState(page, 'error');
    await keep(page, 'panel-error');
    await page.close();
  });

  it('shows where the documents are that fail, to those who may see them', async () => {
    publishHalfWay();
    const page = await show();
    await page.locator('button[data-code="source-missing"]').click();
    await page.getByText('Tax return 2024.pdf').waitFor();
    await page.locator('li[data-run="6"] button').click();
    await page.getByText('The process ended without a word.').waitFor();
    await keep(page, 'panel-drill-down');
    await page.close();
  });

  it('fits a phone', async () => {
    publishHalfWay();
    const page = await show('/', 390);
    await inState(page, 'running');
    await page.getByText('Harbor Tax Partners').waitFor();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).to.be.at.most(0);
    await keep(page, 'panel-phone');
    await page.close();
  });

  it('tells who lacks the permission what to ask for', async () => {
    await preview.close();
    preview = await startPreview(project, { org, script, permitted: false });
    const page = await show();
    await inState(page, 'no-permission');
    await page.getByText('File Migration Viewer').waitFor();
    await keep(page, 'panel-no-permission');
    await page.close();
  });

  it("says on a document's page where its file opens from", async () => {
    const original = 'https://vendor-bucket.s3.us-west-2.amazonaws.com/tenant-pdf-manager/1';
    const id = org.records.insertOne('DocListEntry__c', { Name: 'Invoice.pdf', Document__c: original });
    const key = `uploads/001/Acme/${id}/Invoice.pdf`;
    const link = `https://files.example.com/d/${id}`;
    const states: [string, RecordInput][] = [
      ['waiting', {}],
      ['switched', { Document__c: link, File_Key__c: key, File_Original_Url__c: original }],
      ['replaced', { Document__c: `${original}-new` }],
      ['rolled-back', { Document__c: original }],
    ];
    for (const [state, fields] of states) {
      org.records.update(id, fields);
      const page = await show(`/document/${id}`, 480);
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
