import { expect } from 'chai';
import { documentStates } from '../../plugin/src/model/document-state.ts';
import type { CatalogCounts } from '../../plugin/src/model/counts.ts';
import type { Run } from '../../plugin/src/model/run.ts';
import { fieldLength } from '../../plugin/src/publish/rows/row.ts';
import { nextSteps, stepsLine, type Standing } from '../../plugin/src/model/guidance.ts';
import { overviewLines } from '../../plugin/src/ui/status/overview.ts';
import { readStatus } from '../../plugin/src/status/status.ts';
import { addDocuments, migrationWorld } from '@file-migration/kit/migration/migration-world';
import { runRollback, runSwitch } from '@file-migration/kit/migration/switch';
import { runVerify } from '@file-migration/kit/migration/verify';

describe('The next step', () => {
  it('leads from the backup over verify and the plan to the switch, wave by wave, until all is switched', async () => {
    const world = await migrationWorld();
    const { file } = world.config.catalog;
    const next = async (): Promise<string> =>
      world.look(async (catalog) => {
        const status = await readStatus(catalog, file, { ...nothingElse, overview: true });
        const lines = overviewLines(status);
        return lines.slice(lines.indexOf('Next:')).join('\n');
      });
    try {
      await addDocuments(world, 6, { accounts: 2 });
      await world.run();
      expect(await next()).to.match(/^Next:\n .*:\n {4}sf migrate files verify\n .*:\n {4}sf migrate files switch$/);
      await runVerify(world);
      expect(await next()).to.match(
        /plan, which writes nothing:\n {4}sf migrate files switch\n .*:\n {4}sf migrate files switch --execute$/,
      );
      await runSwitch(world, { wave: { limit: 3 } });
      expect(await next()).to.equal('Next:\n  Switch the next wave:\n    sf migrate files switch --execute');
      await runSwitch(world);
      expect(await next()).to.match(/^Next:\n {2}Nothing to do: all documents are switched/);
      await runRollback(world);
      expect(await next()).to.match(/plan, which writes nothing:\n {4}sf migrate files switch/);
    } finally {
      await world.close();
    }
  });

  it('is a backup while documents wait, none is known, or something changed under us', () => {
    expect(nextStep({ counts: counts({}) })).to.match(/: sf migrate files backup$/);
    expect(nextStep({ counts: { ...counts({ discovered: 2, verified: 3 }), remaining: 2 } })).to.match(
      /: sf migrate files backup$/,
    );
    const changed = counts({ changed: 1, switched: 5 });
    expect(nextStep({ counts: changed, lastRun: run('verify') })).to.match(/: sf migrate files backup$/);
    expect(nextStep({ counts: changed, lastRun: run('backup') }), 'no circle').to.match(/^Nothing can be switched/);
  });

  it('tries failures again before it switches, once, and lets verified documents not wait for ever', () => {
    const some = counts({ verified: 4, failed: 1, missing: 2 });
    expect(nextStep({ counts: some, lastRun: run('backup') })).to.match(
      /status --errors; .*--retry failed,missing; 4 verified documents need not wait: sf migrate files switch$/,
    );
    expect(nextStep({ counts: some, lastRun: { ...run('backup'), mode: 'retry' } })).to.match(/^Compare sources/);
    expect(nextStep({ counts: counts({ switched: 4, denied: 1 }), lastRun: run('switch') })).to.match(
      /--retry denied$/,
    );
  });

  it('proves what is only copied before it is switched', () => {
    const some = counts({ copied: 1, verified: 4 });
    expect(nextStep({ counts: some, lastRun: run('backup') })).to.match(/sf migrate files verify --mode full$/);
    expect(nextStep({ counts: some, lastRun: run('verify') })).to.match(/switch --execute$/);
    expect(nextStep({ counts: counts({ copied: 1 }), lastRun: run('verify') })).to.match(/^Nothing can be switched/);
  });

  it('goes on with what was broken off, each with its own command', () => {
    const some = counts({ verified: 4, switched: 1 });
    const after = (type: Run['type'], status: Run['status']): string =>
      nextStep({ counts: some, lastRun: { ...run(type), status } });
    expect(after('backup', 'interrupted')).to.match(/: sf migrate files backup$/);
    expect(after('verify', 'stopped')).to.equal('Resume run 7: sf migrate files verify');
    expect(after('switch', 'interrupted')).to.equal('Resume run 7: sf migrate files switch resume');
    expect(after('switch', 'failed')).to.match(/Fix what stopped run 7, .*sf migrate files switch resume$/);
    expect(after('backup', 'failed')).to.match(/Fix what stopped run 7, .*sf migrate files backup$/);
    expect(after('rollback', 'stopped')).to.equal('Resume run 7: sf migrate files rollback --from-database');
    expect(after('import', 'interrupted')).to.equal('Resume run 7: sf migrate files import --database <file>');
    expect(after('switch', 'running')).to.match(/--watch$/);
  });

  it('calls it done when all that can be switched is, and fits the field of the panel', () => {
    expect(nextStep({ counts: counts({ switched: 4, skipped: 2, deleted: 1 }), lastRun: run('switch') })).to.match(
      /^Nothing to do: all documents are switched/,
    );
    const most = counts({ verified: 2_000_000, failed: 1, missing: 1, denied: 1, archived: 1 });
    expect(nextStep({ counts: most }).length).to.be.at.most(fieldLength.textArea);
  });
});

/** The steps as the panel's field has them. */
function nextStep(standing: Standing): string {
  return stepsLine(nextSteps(standing));
}

const nothingElse = {
  runs: undefined,
  accounts: undefined,
  errors: false,
  recentErrors: undefined,
  drift: false,
} as const;

function counts(states: Partial<CatalogCounts['states']>): CatalogCounts {
  const all = Object.fromEntries(documentStates.map((state) => [state, states[state] ?? 0])) as CatalogCounts['states'];
  return {
    documents: Object.values(all).reduce((sum, each) => sum + each, 0),
    bytes: 0,
    states: all,
    evidence: { A: 0, B: 0, C: 0, D: 0, E: 0 },
    skippedByRule: {},
    pastRevisions: 0,
    accounts: 1,
    remaining: 0,
  };
}

function run(type: Run['type']): Run {
  return {
    id: 7 as Run['id'],
    type,
    mode: 'full',
    command: '',
    status: 'completed',
    startedAt: 0,
    endedAt: 1,
    heartbeatAt: 1,
    host: 'here',
    pid: 1,
    message: undefined,
    scope: undefined,
    position: undefined,
    counters: {} as Run['counters'],
  };
}
