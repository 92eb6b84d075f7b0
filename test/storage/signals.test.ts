import { getEventListeners } from 'node:events';
import { queryObjects } from 'node:v8';
import { expect } from 'chai';
import { objectKey } from '@file-migration/config';
import { world, type World } from './copying.ts';

const questions = 300;

/** A full collection comes first, so what is counted is held by something. */
function liveSignals(): number {
  return queryObjects(AbortSignal, { format: 'count' });
}

describe('signals of calls to the storage', () => {
  let opened: World;
  beforeEach(async () => (opened = await world()));
  afterEach(() => opened.close());

  async function ask(signalOf: () => AbortSignal): Promise<void> {
    const { storage, store } = opened;
    store.seed('ours', 'uploads/there', { bytes: 'x' });
    for (let asked = 0; asked < questions; asked += 50) {
      const some = Array.from({ length: 50 }, () => storage.targetFacts(objectKey('uploads/there'), signalOf()));
      for (const facts of await Promise.all(some)) expect(facts?.size).to.equal(1);
    }
  }

  it('are not kept once the calls are over, however many share one signal', async () => {
    const { signal } = new AbortController();
    await ask(() => signal);
    const before = liveSignals();
    await ask(() => signal);
    expect(liveSignals() - before).to.be.lessThan(5);
    expect(getEventListeners(signal, 'abort'), 'listeners').to.have.length(0);
  });

  it('are not kept either when each call brings its own', async () => {
    await ask(() => new AbortController().signal);
    const before = liveSignals();
    await ask(() => new AbortController().signal);
    expect(liveSignals() - before).to.be.lessThan(60);
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
