import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { objectKey } from '@file-migration/config';
import { storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';
import type { LiveSignals } from './live-signals.ts';

describe('signals of calls to the storage', () => {
  let opened: StorageWorld;
  beforeEach(async () => (opened = await storageWorld()));
  afterEach(() => opened.close());

  it('are not kept once the calls are over, whether many share one signal or each brings its own', async () => {
    const child = fileURLToPath(new URL('live-signals.ts', import.meta.url));
    const flags = ['--no-warnings', '--conditions=@file-migration/source'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, child]);
    const { answered, shared, own, listeners } = JSON.parse(stdout) as LiveSignals;
    expect(answered).to.equal(300);
    expect(shared, 'more signals').to.be.lessThan(5);
    expect(listeners, 'listeners').to.equal(0);
    expect(own, 'more signals').to.be.lessThan(60);
  });

  it('end the call when either the caller or the storage gives up', async () => {
    const { storage, store } = opened;
    store.setFaults([{ match: { operation: 'HeadObject' }, fault: { kind: 'latency', milliseconds: 5_000 } }]);
    const caller = new AbortController();
    const given = storage.targetFacts(objectKey('uploads/one'), caller.signal).then(
      () => 'answered',
      () => 'given up',
    );
    caller.abort();
    expect(await given).to.equal('given up');
    const closed = storage.targetFacts(objectKey('uploads/two'), new AbortController().signal).then(
      () => 'answered',
      () => 'given up',
    );
    await storage.close();
    expect(await closed).to.equal('given up');
  });
});
