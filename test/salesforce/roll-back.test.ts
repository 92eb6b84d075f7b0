/* Taking the metadata out again, by the real sf CLI against the simulated org. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { commandWorld, type CommandWorld } from '../plugin/world.ts';
import { INTEGRATION_USER } from '../org/world.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('roll-back.sh document', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  before(async () => {
    world = await commandWorld();
  });
  after(() => world.close());

  function rollBack(): Promise<{ code: number; stderr: string }> {
    const script = resolve(ROOT, 'scripts/salesforce/org/roll-back.sh');
    const env = {
      ...world.environment,
      PATH: `${resolve(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
      CI: 'true',
    };
    return new Promise((done) => {
      execFile(script, ['document', INTEGRATION_USER, '--dry-run'], { env, cwd: world.folder }, (error, _, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stderr }),
      );
    });
  }

  it('removes nothing while one document holds a file key, deleted ones included', async () => {
    const key = { File_Key__c: 'uploads/a/b/c.pdf' };
    const kept = world.org.records.insertOne('DocListEntry__c', {
      Name: 'kept.pdf',
      Document__c: 'https://x.example/1',
      ...key,
    });
    const gone = world.org.records.insertOne('DocListEntry__c', {
      Name: 'gone.pdf',
      Document__c: 'https://x.example/2',
      ...key,
    });
    world.org.records.softDelete(gone);
    const both = await rollBack();
    expect(both.stderr).to.match(/^2 documents hold a file key.*Nothing was removed\./m);
    expect(both.code).to.equal(70);
    world.org.records.update(kept, { File_Key__c: null });
    expect((await rollBack()).stderr).to.match(/^1 document holds a file key/m);
    // no deployment was even asked for
    expect(world.org.requests.unknown).to.deep.equal([]);
  });
});
