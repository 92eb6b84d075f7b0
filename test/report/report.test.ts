import { expect } from 'chai';
import { readReport } from '../../plugin/src/report/report.ts';
import { reportCsv } from '../../plugin/src/ui/report/csv.ts';
import { reportPage } from '../../plugin/src/ui/report/html.ts';
import { gateLabels } from '../../plugin/src/publish/gate-results.ts';
import type { Report } from '../../plugin/src/report/report.ts';
import {
  addDocuments,
  migrationWorld,
  documentRecord,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';

describe('report', () => {
  let world: MigrationWorld;
  let report: Report;
  before(async () => {
    world = await migrationWorld();
    await addDocuments(world, 12, { accounts: 2 });
    const hostile = world.org.records.insertOne('Account', { Name: '<script>alert(1)</script>' });
    world.org.records.insertOne('DocListEntry__c', documentRecord('=cmd.=exe"<b>', sourceUrl('absent'), hostile));
    await world.run();
    report = await world.look((catalog) =>
      readReport(catalog, { at: Date.UTC(2026, 10, 22), config: world.config, organization: 'Acme & Sons' }),
    );
  });
  after(() => world.close());

  it('tells the catalog’s own counts, and shares that sum to them', async () => {
    expect(report.counts).to.deep.equal(await world.look((catalog) => catalog.counts()));
    const sum = (shares: readonly { documents: number }[]): number =>
      shares.reduce((all, one) => all + one.documents, 0);
    expect(sum(report.breakdown.extensions)).to.equal(13);
    expect(sum(report.breakdown.days)).to.equal(12);
    expect(sum(report.breakdown.timeline.copies)).to.equal(12);
    expect(sum(report.accounts)).to.equal(13);
    expect(report.breakdown.extensions[0]).to.deep.include({ name: 'pdf', documents: 12, bytes: 2400 });
  });

  it('is one page that holds everything and loads nothing', () => {
    const page = reportPage(report);
    expect(page).not.to.match(/<(script|link|img|iframe)/);
    expect(page).to.contain("default-src 'none'");
    expect(page.match(/(src|href)="?https?:/g)).to.equal(null);
  });

  it('is headed by the name of the org, says where we stand, what is asked of the reader, and what comes next', () => {
    const page = reportPage(report);
    expect(page).to.contain('<h1>File migration of Acme &amp; Sons</h1>').and.to.contain('2026-11-22 00:00:00 UTC');
    expect(page).to.contain('12 of 13 documents (92.3%) have a verified copy in your bucket; none opens from it yet.');
    expect(page).to.contain('1 document needs a decision: 1 missing.');
    expect(page).to.contain('<code>sf migrate files backup --retry missing</code>');
    expect(reportPage({ ...report, organization: undefined })).to.contain('<h1>File migration</h1>');
  });

  it('names every chart with the figures that it shows', () => {
    const names = [...reportPage(report).matchAll(/role="img" aria-label="([^"]+)"/g)].map(([, name]) => name);
    expect(names).to.deep.equal([
      'Verified copy 92.3%, Missing at the vendor 7.7%',
      'Documents copied over time: 12 of 13',
      'Bytes copied per second, at most 2.4 kB',
    ]);
  });

  it('writes its times in one zone, as fine as the copies need', () => {
    const copies = [
      { name: '2026-11-22T22:58:01Z', documents: 5, bytes: 1_000 },
      { name: '2026-11-22T22:58:09Z', documents: 7, bytes: 1_400 },
    ];
    const page = reportPage({
      ...report,
      breakdown: { ...report.breakdown, timeline: { step: 'second', copies } },
    });
    expect(page).to.contain('<span>2026-11-22 22:58:01 UTC</span><span>2026-11-22 22:58:10 UTC</span>');
    expect(page).to.contain('1.4 kB per second');
  });

  it('shows the checks of the next wave with what fixes them, and names those that it could not ask', () => {
    const page = reportPage(report);
    const { gates = [], notAsked = [] } = report.readiness ?? {};
    expect(gates.map(({ id }) => id)).to.include.members(['documents', 'evidence']);
    for (const { id, status } of gates) {
      expect(page).to.contain(gateLabels[id]).and.to.contain(`<b class="${status}">`);
    }
    for (const id of notAsked) expect(page).to.contain(gateLabels[id]);
  });

  it('says for every class of errors what happened and what to do, in words', () => {
    expect(reportPage(report)).to.contain('Ask the vendor').and.not.to.contain('source-missing');
  });

  it('takes no name for markup, and no cell for a formula', () => {
    expect(reportPage(report)).not.to.contain('<script').and.not.to.contain('<b>"');
    expect(
      reportCsv({
        ...report,
        breakdown: { ...report.breakdown, extensions: [{ name: '=1+1', documents: 1, bytes: 1 }] },
      }),
    ).to.contain("extension,'=1+1,1,1");
  });

  it('is written even when there is nothing yet', () => {
    const none = { documents: 0, bytes: 0, accounts: 0, remaining: 0, pastRevisions: 0, skippedByRule: {} };
    const zeros = <K extends string>(of: Readonly<Record<K, number>>) =>
      Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as Record<K, number>;
    const { counts, ready } = report;
    const page = reportPage({
      ...report,
      counts: { ...none, states: zeros(counts.states), evidence: zeros(counts.evidence) },
      ready: { ...ready, ready: 0, oldestBackup: undefined },
      breakdown: { extensions: [], days: [], timeline: { step: 'second', copies: [] } },
      accounts: [],
      errors: [],
      runs: [],
    });
    expect(page).to.contain('Nothing to show yet').and.not.to.contain('NaN');
  });
});
