import { expect } from 'chai';
import { filesIn } from '@file-migration/kit/migration/audit';
import { addDocuments } from '@file-migration/kit/migration/migration-world';
import { commandWorld, expectCode, json, type CommandWorld } from '@file-migration/kit/command/command-world';

const documents = 300;

describe('a backup that is in the way, or in a hurry to end', () => {
  let world: CommandWorld;
  beforeEach(async () => {
    world = await commandWorld();
    await addDocuments(world, documents);
  });
  afterEach(() => world.close());

  /** Resolves when the backup has begun to copy. */
  async function copying(): Promise<void> {
    while (filesIn(world.store).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  function slowCopies(): void {
    world.store.setFaults([{ match: { operation: 'CopyObject' }, fault: { kind: 'latency', milliseconds: 1_500 } }]);
  }

  it('Ctrl-C ends it with 69 and the command to resume, which completes it', async () => {
    slowCopies();
    const backup = world.start('backup');
    await copying();
    backup.child.kill('SIGINT');
    const ended = await backup.ended;
    expectCode(ended, 69);
    expect(ended.stdout).to.match(/Run 1 \(full\) stopped/);
    expect(ended.stderr)
      .to.match(/nothing is lost/i)
      .and.to.include('sf migrate files backup');
    world.store.setFaults([]);
    const resumed = await world.run('backup', '--json');
    expectCode(resumed, 0);
    expect(json(resumed)).to.nested.include({ 'result.counts.documents': documents });
    expect(json(resumed)).to.nested.include({ 'result.counts.states.verified': documents });
    expect(filesIn(world.store)).to.have.length(documents);
  });

  it('while it runs, another one is told who holds the catalog, with 70, and status --watch follows it', async () => {
    slowCopies();
    const backup = world.start('backup');
    await copying();
    const watch = world.start('status', '--watch');
    const second = await world.run('backup');
    expectCode(second, 70);
    expect(second.stderr)
      .to.include(`${backup.child.pid ?? ''}`)
      .and.to.include('sf migrate files backup');
    world.store.setFaults([]);
    backup.child.kill('SIGINT');
    expectCode(await backup.ended, 69);
    const watched = await watch.ended;
    expectCode(watched, 0);
    // in a pipe: a line now and then beside the answer, and the whole status when the run has ended
    expect(watched.stderr).to.match(/Run \d+, backup: {2}[\d,]+ of 300 .*files\/s/);
    expect(watched.stdout).to.match(/^300 documents[^]*Run \d+ \(backup, full\): stopped/);
  });
});
