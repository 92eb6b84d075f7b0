import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { frame, progressOf, watchStatus, type WatchScreen } from '../../../plugin/src/ui/status/watch.ts';
import { readStatus, type Status } from '../../../plugin/src/status/status.ts';
import { openCatalogReader } from '../../../plugin/src/catalog/catalog-reader.ts';
import { addDocuments, migrationWorld, type MigrationWorld } from '@file-migration/kit/migration/migration-world';

const overview = {
  overview: true,
  runs: undefined,
  accounts: undefined,
  errors: false,
  recentErrors: undefined,
  drift: false,
};
const timing = { everyMs: 20, lineMs: 60 };

describe('status --watch', () => {
  let world: MigrationWorld;
  beforeEach(async () => {
    // slow enough to be watched
    world = await migrationWorld({ store: { faults: [{ match: {}, fault: { kind: 'latency', milliseconds: 30 } }] } });
    await addDocuments(world, 150, { accounts: 3 });
  });
  afterEach(() => world.close());

  /** Watches a backup from its beginning on. */
  async function watched(terminal: WatchScreen['terminal']): Promise<{ drawn: string; lines: string[]; last: Status }> {
    const lines: string[] = [];
    let drawn = '';
    const screen: WatchScreen = {
      terminal,
      draw: (text) => (drawn += text),
      line: (text) => void lines.push(text),
    };
    const backup = world.run();
    const { file } = world.config.catalog;
    const catalog = await opened(file);
    const read = async (): Promise<Status> => readStatus(catalog, file, overview);
    while ((await read()).overview?.lastRun === undefined) await new Promise((done) => setTimeout(done, 5));
    const last = await watchStatus(read, () => screen, new AbortController().signal, timing);
    await backup;
    await catalog.close();
    return { drawn, lines, last };
  }

  it('in a pipe says now and then in one plain line how far it is, and ends with the run', async () => {
    const { drawn, lines, last } = await watched(undefined);
    expect(drawn).to.equal('');
    expect(last.holder).to.equal(undefined);
    expect(last.overview?.counts.states.verified).to.equal(150);
    expect(lines).to.not.be.empty;
    for (const line of lines) expect(line).to.match(/^\d{4}-\d\d-\d\d [\d:]+ UTC {2}Run 1, backup: {1,2}[^\n]+$/);
  });

  it('on a terminal draws in place, never wider or taller than the window, and gives the cursor back', async () => {
    const { drawn, lines } = await watched({ columns: 50, rows: 6 });
    expect(lines).to.deep.equal([]);
    expect(drawn.startsWith('\u001b[?25l')).to.equal(true);
    expect(drawn.endsWith('\u001b[?25h')).to.equal(true);
    const pictures = drawn.split('\u001b[H').slice(1);
    expect(pictures.length).to.be.greaterThan(1);
    for (const picture of pictures) {
      const rows = stripVTControlCharacters(picture).replace(/\n$/, '').split('\n');
      expect(rows.length).to.be.at.most(5);
      for (const row of rows) expect(row.length).to.be.at.most(50);
    }
    expect(drawn).to.contain('a taller window shows them').and.to.contain('Run 1, backup:');
  });

  it('leaves nothing out of a window that is large enough', () => {
    expect(frame(['one', 'two'], { columns: 10, rows: 3 })).to.equal('\u001b[Hone\u001b[K\ntwo\u001b[K\n\u001b[J');
  });

  it('has no progress to tell when nobody works', async () => {
    await world.run();
    const { file } = world.config.catalog;
    expect(progressOf(await world.look((catalog) => readStatus(catalog, file, overview)))).to.equal(undefined);
  });
});

async function opened(file: string): ReturnType<typeof openCatalogReader> {
  for (;;) {
    try {
      return await openCatalogReader(file);
    } catch {
      await new Promise((done) => setTimeout(done, 5));
    }
  }
}
