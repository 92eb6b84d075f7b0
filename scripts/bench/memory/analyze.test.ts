import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

const source = (path: string): string => JSON.stringify(new URL(`../../plugin/src/${path}`, import.meta.url).href);

type Counted = { documents: number; accounts: number; sameUrl: number; maxRssMb: number };

/** Counts documents that share next to nothing, in a process of its own whose heap could not hold them. */
async function count(documents: number): Promise<Counted> {
  const program = `
    import { peakRssMb } from ${JSON.stringify(new URL('../../../test/kit/peak-memory.ts', import.meta.url).href)};
    import { migrationConfig } from '@file-migration/config';
    import { DocumentStatistics } from ${source('analyze/document-statistics.ts')};
    import { TempDatabase } from ${source('analyze/temp-database.ts')};
    import { ZoneClock } from ${source('analyze/zone-clock.ts')};
    const config = migrationConfig({ target: { bucket: 'own-files', region: 'us-west-2' } });
    const plan = { kind: 'copy', methods: ['s3'], host: 'vendor.example', requests: { put: 1, get: 1, other: 0 } };
    using temp = new TempDatabase();
    const tally = new DocumentStatistics({
      config, temp, storage: { plan: () => plan }, clock: new ZoneClock('Europe/Berlin'),
      ourLink: () => undefined, sample: 100, seed: 'x', keepSources: false,
    });
    const digits = (n) => String(n).padStart(12, '0');
    for (let n = 0; n < ${documents}; n++) {
      tally.take({
        id: 'a0B' + digits(n) + 'AAA', name: 'File ' + n + '.x' + (n % 90_000), accountId: '001' + digits(n >> 1) + 'AAA',
        accountName: 'Account ' + (n >> 1), url: 'https://vendor.example/files/' + (n >> 1), externalId: undefined,
        lastModifiedAt: 1.5e12 + n * 1000, systemModstamp: 1.5e12 + n * 1000, deleted: false,
        traits: { size: 10, year: '2024', type: 'Type ' + n },
      });
    }
    console.log(JSON.stringify({
      documents: temp.total('type').names, accounts: temp.total('account').names,
      sameUrl: temp.sameUrl().groups, maxRssMb: peakRssMb(),
    }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@file-migration/source',
    '--max-old-space-size=64',
    // what V8 lets the young generation take grows with the machine, not with the documents
    '--max-semi-space-size=4',
    '--input-type=module',
    '--eval',
    program,
  ]);
  return JSON.parse(stdout) as Counted;
}

describe('an analysis of a large org', () => {
  it('counts exactly, and takes no more memory than one of a small org', async () => {
    // FILE_MIGRATION_LARGE=2000000 counts as many as the largest org would have
    const large = Number(process.env.FILE_MIGRATION_LARGE ?? 160_000);
    const small = await count(40_000);
    const { maxRssMb, ...found } = await count(large);
    expect(found).to.deep.equal({ documents: large, accounts: large / 2, sameUrl: large / 2 });
    expect(maxRssMb - small.maxRssMb, 'MB more').to.be.lessThan(60);
  });
});
