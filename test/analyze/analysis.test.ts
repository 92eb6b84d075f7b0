import { fileExtension } from '@file-migration/config';
import { expect } from 'chai';
import { weekdays } from '../../plugin/src/analyze/activity.ts';
import { AnalysisProgress } from '../../plugin/src/analyze/analysis-progress.ts';
import { analysisCsv } from '../../plugin/src/ui/analyze/csv.ts';
import { analysisLines } from '../../plugin/src/ui/analyze/text.ts';
import type { Analysis } from '../../plugin/src/analyze/analysis-result.ts';
import type { PopulationEntry, SourceKind } from '@file-migration/stand-ins/population/records';
import { LINK_BASE, analysisWorld, type AnalysisWorld } from '@file-migration/kit/migration/analysis-world';

const documents = 600;

describe('an analysis', () => {
  let world: AnalysisWorld;
  let entries: PopulationEntry[];
  before(async () => {
    world = await analysisWorld({ documents });
    entries = [...world.people.entries()];
  });
  after(() => world.close());

  const countBy = (key: (entry: PopulationEntry) => string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const entry of entries) counts[key(entry)] = (counts[key(entry)] ?? 0) + 1;
    return counts;
  };
  const ranked = ({ listed }: Analysis['hosts']): Record<string, number> =>
    Object.fromEntries(listed.map(({ name, documents: having }) => [name, having]));
  const readable: readonly SourceKind[] = ['present', 'large', 'empty', 'duplicate', 'shared', 'clone'];

  describe('of everything', () => {
    let all: Analysis;
    let writesBefore: number;
    before(async () => {
      writesBefore = writes(world);
      all = await world.run({ allSizes: true, timeZone: 'America/New_York' });
    });

    it('counts what an independent count counts', () => {
      expect(all).to.include({ complete: true, documents });
      expect(ranked(all.extensions)).to.deep.equal(countBy(({ document }) => fileExtension(document.Name)));
      expect(ranked(all.types)).to.deep.equal(countBy(({ document }) => document.DocType__c ?? ''));
      expect(ranked(all.years)).to.deep.equal(countBy(({ document }) => document.ApplicableYear__c ?? ''));
      const accounts = countBy(({ document }) => document.Account__c ?? '');
      expect(all.accounts.withoutAccount).to.equal(accounts[''] ?? 0);
      delete accounts[''];
      expect(ranked(all.accounts)).to.deep.equal(accounts);
      expect(all.accounts.names).to.equal(Object.keys(accounts).length);
      const inSteps = all.accounts.histogram.reduce((sum, step) => sum + step.accounts, 0);
      expect(inSteps, 'accounts in the histogram').to.equal(Object.keys(accounts).length);
      expect(all.accounts.histogram[0]?.accounts).to.equal(
        Object.values(accounts).filter((having) => having === 1).length,
      );
    });

    it('tells URLs apart, and its parts sum to all documents', () => {
      const noUrl = entries.filter(({ document }) => document.Document__c === null).length;
      expect(all.urls).to.deep.equal({
        empty: noUrl,
        switched: 0,
        clones: 0,
        broken: 0,
        unusable: {},
        sources: documents - noUrl,
      });
      expect(all.toCopy).to.equal(documents - noUrl);
    });

    it('asks every source for its size, and never takes denied for missing', () => {
      const kinds = countBy(({ source }) => source);
      expect(all.everySource).to.deep.equal({
        reachable: readable.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0),
        archived: kinds.archived,
        missing: kinds.missing,
        denied: kinds.denied,
        failed: 0,
        complete: true,
      });
      const sizeOf = new Map(
        entries.flatMap(({ document, object }) =>
          object === undefined || object.access === 'denied' ? [] : [[document.Document__c, object.size] as const],
        ),
      );
      const bytes = entries.reduce((sum, { document }) => sum + (sizeOf.get(document.Document__c) ?? 0), 0);
      expect(all.sizes).to.deep.include({
        basis: 'all',
        known: entries.filter(({ document }) => sizeOf.has(document.Document__c)).length,
        largest: Math.max(...sizeOf.values()),
        total: { mean: bytes, low: bytes, high: bytes, exact: true },
      });
      const archived = all.storageClasses.filter((one) => one.archived);
      expect(archived.reduce((sum, { share }) => sum + share.found, 0)).to.equal(kinds.archived);
      expect(all.storageClasses.find(({ storageClass }) => storageClass === 'STANDARD')).to.include({
        archived: false,
      });
    });

    it('judges each method alone, with the outcomes summing to what was asked', () => {
      const drawn = documents - all.urls.empty;
      const kinds = countBy(({ source }) => source);
      const [copy, s3, https] = all.methods;
      expect(all.methods.map(({ method }) => method)).to.deep.equal(['server-side-copy', 's3', 'https']);
      expect(copy?.denied.found, 'the target’s principal may not read the vendor').to.equal(drawn);
      expect(https?.denied.found, 'the bucket is not public').to.equal(drawn);
      expect(s3).to.deep.include({ asked: drawn, unfit: 0, stopped: undefined });
      expect(s3?.missing.found).to.equal(kinds.missing);
      expect(s3?.archived.found).to.equal(kinds.archived);
      expect(s3?.denied.found).to.equal(kinds.denied);
      expect(all.reach.missing).to.deep.equal(s3?.missing);
      for (const { asked, reachable, archived, missing, denied, failed } of [...all.methods, all.reach]) {
        const sum = [reachable, archived, missing, denied, failed].reduce((total, { found }) => total + found, 0);
        expect(sum).to.equal(asked);
      }
    });

    it('finds the names that some program stumbles over', () => {
      const hit = Object.fromEntries(all.names.rules.map(({ rule, documents: having }) => [rule, having]));
      const named = (test: (name: string) => boolean): number =>
        entries.filter(({ document }) => test(document.Name)).length;
      expect(hit['trailing-dot']).to.equal(named((name) => name.trim().endsWith('.')));
      expect(hit.slash).to.equal(named((name) => name.includes('/') || name.includes('\\')));
      expect(hit['exactly-80']).to.equal(named((name) => name.length === 80));
      expect(hit['outer-space']).to.equal(named((name) => name.trim() !== name));
      expect(hit['not-nfc']).to.equal(named((name) => name.normalize('NFC') !== name));
      expect(hit['partial-download']).to.be.greaterThan(0);
      expect(hit['no-extension']).to.be.at.least(countBy(({ name }) => name)['no-extension'] ?? 1);
      for (const { example, rule } of all.names.rules) expect(example, rule).to.not.equal(undefined);
      expect(all.names.longestKey).to.be.within(80, 255);
    });

    it('shows the hours of people’s own clock, summing to all documents, and windows that are truly the quietest', () => {
      const hours = new Map<string, number>();
      for (const { document } of entries) {
        const parts = new Intl.DateTimeFormat('en-US', {
          timeZone: 'America/New_York',
          weekday: 'long',
          hour: 'numeric',
          hourCycle: 'h23',
        }).formatToParts(new Date(document.LastModifiedDate));
        const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
        const name = `${of('weekday')} ${Number(of('hour'))}`;
        hours.set(name, (hours.get(name) ?? 0) + 1);
      }
      const { activity } = all;
      for (const [nth, weekday] of weekdays.entries()) {
        for (let hour = 0; hour < 24; hour++) {
          expect(activity.week[nth]?.[hour], `${weekday} ${hour}`).to.equal(hours.get(`${weekday} ${hour}`) ?? 0);
        }
      }
      expect(activity.week.flat().reduce((sum, each) => sum + each, 0)).to.equal(documents);
      const week = activity.week.flat();
      const { hours: length, documents: quietest } = activity.windows[0]!;
      const sums = week.map((_, start) =>
        Array.from({ length }, (_hour, nth) => week[(start + nth) % 168] ?? 0).reduce((sum, each) => sum + each, 0),
      );
      expect(quietest).to.equal(Math.min(...sums));
    });

    it('counts requests as a dry run does, and what that is of the org’s limits', () => {
      const { backup, switch: phase2, limits } = all.phases;
      expect(backup).to.deep.include({ documents: all.toCopy });
      expect(backup.requests).to.deep.include({ put: all.toCopy, get: all.toCopy, other: 0 });
      expect(phase2.bulkJobs).to.equal(2);
      expect(limits.map(({ name }) => name)).to.deep.equal([
        'DailyApiRequests',
        'DailyBulkV2QueryJobs',
        'DailyBulkApiBatches',
      ]);
      for (const { max, remaining } of limits) expect(remaining).to.be.within(1, max);
    });

    it('really reads files to measure the time, and writes nothing anywhere', () => {
      expect(all.liveProbe).to.deep.include({ read: 20, failed: 0, methods: { s3: 20 } });
      expect(all.phases.backup.seconds?.likely).to.be.greaterThan(0);
      expect(writes(world), 'writes to the store').to.equal(writesBefore);
      expect([...world.store.list('own-files')]).to.deep.equal([]);
    });

    it('says all of it on a screen and in a table, without formulas and escape sequences', () => {
      const screen = analysisLines(all);
      expect(screen.length, 'one screen by default').to.be.at.most(70);
      const text = analysisLines(all, { verbose: true }).join('\n');
      const brief = [
        'Reachable sources',
        'Sizes',
        'Problematic file names',
        'Activity by hour',
        'Estimated time and cost',
      ];
      for (const title of brief) expect(screen).to.include(title);
      for (const title of [...brief, 'Extensions', 'Accounts', 'URL hosts']) expect(text).to.include(title);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f]/);
      const csv = analysisCsv(all);
      expect(csv).to.match(/^part,name,detail,documents,bytes\n/);
      expect(csv).to.not.match(/(^|,)"?[=+@]/m);
    });
  });

  it('projects from a sample, and its intervals hold for most samples', async () => {
    const kinds = countBy(({ source }) => source);
    const missing = (kinds.missing ?? 0) / (documents - (kinds['no-url'] ?? 0));
    const sizeOf = new Map(entries.map(({ document, object }) => [document.Document__c, object?.size ?? 0]));
    const denied = new Set(
      entries.filter(({ source }) => source === 'denied').map(({ document }) => document.Document__c),
    );
    const bytes = entries.reduce(
      (sum, { document: { Document__c: url } }) => sum + (denied.has(url) ? 0 : (sizeOf.get(url) ?? 0)),
      0,
    );
    let within = 0;
    const seeds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const seed of seeds) {
      const { sizes, reach, sample } = await world.run({ sample: 150, probe: 0, seed }, { methods: ['s3'] });
      expect(sample).to.deep.include({ asked: 150, drawn: 150 });
      expect(sizes.basis).to.equal('sample');
      expect(sizes.total?.exact).to.equal(false);
      if (missing >= reach.missing.low && missing <= reach.missing.high) within += 1;
      if (bytes >= (sizes.total?.low ?? 0) && bytes <= (sizes.total?.high ?? 0)) within += 1;
    }
    expect(within, 'of 16 intervals').to.be.at.least(13);
  });

  it('estimates phase 2 as a switch then takes it: jobs, and calls within a third', async () => {
    // the constants of the protocol: 3 calls a job, one read for 2,000 ids before and one after
    const { phases } = await world.run({ sample: 0, probe: 0 });
    const { bulkJobs, apiCalls, documents: rows, secondsPerJob } = phases.switch;
    expect(rows.likely).to.equal(documents - (countBy(({ source }) => source)['no-url'] ?? 0));
    expect(bulkJobs, 'the canary and the rest').to.equal(2);
    expect(apiCalls).to.be.within(30 + 2 * 3 + 2, 60);
    expect(secondsPerJob.low).to.be.lessThan(secondsPerJob.high);
  });

  it('draws the same sample for the same seed', async () => {
    const once = await world.run({ sample: 40, probe: 0 });
    const again = await world.run({ sample: 40, probe: 0 });
    expect(again.methods).to.deep.equal(once.methods);
    expect(again.sizes).to.deep.equal(once.sizes);
  });

  it('stays within one account', async () => {
    const [largest] = (await world.run({ sample: 0, probe: 0 })).accounts.listed;
    const one = await world.run({ accountId: largest!.name as never, sample: 50, probe: 0 });
    expect(one.documents).to.equal(largest!.documents);
    expect(one.accounts.names).to.equal(1);
    expect(analysisLines(one)[0]).to.include(`of account ${largest!.name}`);
  });

  it('asks nothing of the vendor when no sample is wanted, and says that it does not know', async () => {
    const before = world.store.traffic.total;
    const records = await world.run({ sample: 0, probe: 0 });
    expect(world.store.traffic.total).to.equal(before);
    expect(records.sizes).to.deep.include({ basis: 'none', total: undefined });
    expect(records.phases.backup.seconds).to.equal(undefined);
    expect(analysisLines(records).join('\n')).to.include('not measured');
  });

  it('says that denied may hide missing where the bucket must not be listed', async () => {
    const blind = await analysisWorld({ documents: 120, vendorRights: ['read'] });
    try {
      const { reach, notes } = await blind.run({ probe: 0 });
      expect(reach.missing.found).to.equal(0);
      const hidden = [...blind.people.entries()].filter(({ source }) => source === 'missing' || source === 'denied');
      expect(reach.denied.found).to.equal(hidden.length);
      expect(notes.join('\n')).to.include('Denied may hide missing');
    } finally {
      await blind.close();
    }
  });

  it('ends early with what it has, marked as a part, and tells the org that nobody reads on', async () => {
    const controller = new AbortController();
    const progress = new AnalysisProgress();
    const add = progress.add.bind(progress);
    progress.add = (read, bytes) => {
      add(read, bytes);
      if (progress.now().done >= 100) controller.abort('SIGINT');
    };
    const part = await world.run({}, { progress, signal: controller.signal });
    expect(part).to.include({ complete: false, stoppedAt: 'Query records' });
    expect(part.documents).to.be.within(100, documents - 1);
    expect(analysisLines(part)[0]).to.include('PARTIAL');
    expect(part.liveProbe).to.equal(undefined);
  });

  it('takes hostile names, addresses and links of ours for what they are', async () => {
    const hostile = await analysisWorld({ documents: 1 });
    try {
      const { records } = hostile.org;
      const add = (Name: string, url: string): string =>
        records.insertOne('DocListEntry__c', { Name, Document__c: url, Type_Current__c: 'Document' });
      add('=HYPERLINK("x")', 'javascript:alert(1)');
      add('a\u001b[31mb\tc.pdf', 'https://169.254.169.254/latest/meta-data');
      add('..', 'http://files.example.org/a.pdf');
      add('<script>.pdf', 'https://user:password@vendor.example/x.pdf');
      const other = add('other.pdf', `${LINK_BASE}/d/nothing`);
      add('clone.pdf', `${LINK_BASE}/d/${other}`);
      const found = await hostile.run();
      expect(found.urls).to.deep.include({ switched: 0, clones: 1, broken: 1, sources: 1 });
      expect(found.urls.unusable).to.deep.equal({ 'unparseable-url': 2, 'forbidden-address': 1, 'insecure-url': 1 });
      const rules = found.names.rules.map(({ rule }) => rule);
      expect(rules).to.include.members(['formula', 'control-character', 'reserved-character', 'trailing-dot']);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(analysisLines(found).join('\n')).to.not.match(/[\u0000-\u0009\u000b-\u001f]/);
      expect(analysisCsv(found)).to.include("'=HYPERLINK");
    } finally {
      await hostile.close();
    }
  });

  it('refuses a time zone that nobody knows with a sentence', async () => {
    await world.run({ timeZone: 'Mars/Olympus' }).then(
      () => expect.fail('accepted'),
      (error: unknown) => expect(String(error)).to.include('"Mars/Olympus" is no time zone'),
    );
  });

  function writes({ store: { traffic } }: AnalysisWorld): number {
    return Object.entries(traffic.counts())
      .filter(([operation]) => !/^(Get|Head|List)/.test(operation))
      .reduce((sum, [, count]) => sum + count, 0);
  }
});
