import { expect } from 'chai';
import { readReport } from '../../plugin/src/report/report.ts';
import { reportCsv } from '../../plugin/src/ui/report/csv.ts';
import { reportPage } from '../../plugin/src/ui/report/html.ts';
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
    report = await world.look((catalog) => readReport(catalog, Date.UTC(2026, 10, 22), world.config));
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
    expect(page.match(/<svg[ >]/g)).to.have.length(6);
    expect(page).not.to.match(/<(script|link|img|iframe)/);
    expect(page).to.contain("default-src 'none'");
    expect(page.match(/(src|href)="?https?:/g)).to.equal(null);
    expect(page).to.contain('<b>13</b>');
  });

  it('names every chart, and puts its figures beside its bars', () => {
    const page = reportPage(report);
    expect(page.match(/<svg[^>]* aria-label="[^"]+"/g)).to.have.length(6);
    expect(page).to.match(/aria-label="Documents by extension"[^]*?<text[^>]*>12<\/text>/);
  });

  it('tells the time of day by 24 hours where all copies are of one day', () => {
    const copies = [
      { name: '2026-11-22T22:58:01Z', documents: 5, bytes: 1_000 },
      { name: '2026-11-22T22:58:09Z', documents: 7, bytes: 1_400 },
    ];
    const page = reportPage({
      ...report,
      breakdown: { ...report.breakdown, timeline: { step: 'second', copies } },
    });
    expect(page).to.contain('>22:58:05<').and.to.contain('kB copied a second').and.to.contain('until each second');
  });

  it('shows the gates of the next wave with what mends them, and which of them it could not ask', () => {
    const page = reportPage(report);
    for (const { id, verdict } of report.readiness?.gates ?? []) {
      expect(page).to.contain(`<td>${id}</td><td><b class="${verdict}">`);
    }
    expect(report.readiness?.gates.map(({ id }) => id)).to.include.members(['documents', 'evidence']);
    expect(page).to.contain('status --readiness --target-org');
  });

  it('says for every class of errors what to do', () => {
    expect(reportPage(report)).to.contain('source-missing').and.to.contain('Ask the vendor');
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
