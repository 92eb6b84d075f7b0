import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentId, objectKey } from '@file-migration/config';
import { Fleet, type FleetOptions } from '../../plugin/src/fleet/fleet.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { CopyResult } from '../../plugin/src/model/copy-outcome.ts';
import type { CopyRequest } from '../../plugin/src/storage/copy-result.ts';
import { engines, type Running } from './engines.ts';

const { signal: never } = new AbortController();

function request(nth: number, fileName = `file ${nth}.pdf`): CopyRequest {
  const document = documentId(`a0100000000${String(nth).padStart(4, '0')}`);
  return { document, revision: 1, url: 'https://vendor.example/a', key: objectKey(`uploads/x/${nth}`), fileName };
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited too long for ${what}.`);
    await sleep(20);
  }
}

for (const engine of engines) {
  engine.describe(`a fleet over ${engine.name}`, () => {
    let end: () => Promise<void>;
    let running: Running;
    let fleet: Fleet;
    const notes: string[] = [];
    before(async () => {
      end = await engine.prepare();
    });
    after(() => end());
    afterEach(async () => {
      await running.close();
      await fleet.close();
    });

    async function open(workers: number, options: Partial<FleetOptions> = {}): Promise<void> {
      notes.length = 0;
      const { fence = () => Promise.resolve() } = options;
      running = await engine.open(workers, { fence });
      const { queue, silenceMs } = running;
      fleet = await Fleet.open({
        queue,
        silenceMs,
        documentsPerJob: 25,
        fillMs: 5,
        graceMs: 0,
        fence,
        signal: never,
        onNote: (sentence) => notes.push(sentence),
        ...options,
      });
      await running.begin();
    }

    function copies(requests: readonly CopyRequest[]): Promise<CopyResult[]> {
      return Promise.all(requests.map((each) => fleet.copy(each, never)));
    }

    /** Has everybody at work: until something was copied, one small job is out. */
    async function warmUp(): Promise<void> {
      await copies([request(9000)]);
    }

    it('answers each document once, although every report comes twice', async () => {
      await open(2);
      const results = await copies(Array.from({ length: 300 }, (_, nth) => request(nth)));
      expect(results.map(({ kind }) => kind)).to.deep.equal(Array(300).fill('copied'));
      await until(() => fleet.unanswered > 0, 'second answers');
      expect(fleet.workers().reduce((total, { done }) => total + done, 0)).to.equal(300);
      expect(await fleet.compare({ ...request(1), ...nothingKnown }, 'head', never)).to.include({
        kind: 'target-missing',
      });
    });

    it('gives what a killed worker had in hand to another one, without the document being to blame', async () => {
      await open(2);
      await warmUp();
      await until(() => fleet.workers().filter(({ state }) => state === 'working').length === 2, 'two workers');
      const all = copies(Array.from({ length: 40 }, (_, nth) => request(nth, 'moment.pdf')));
      await until(() => fleet.workers().some(({ documents }) => documents > 0), 'work in hand');
      const [first] = running.pids();
      process.kill(first ?? 0, 'SIGKILL');
      expect((await all).map(({ kind }) => kind)).to.deep.equal(Array(40).fill('copied'));
    });

    it('ends a document that its worker dies of each time, alone, and no other one', async () => {
      await open(2);
      const results = await copies(
        Array.from({ length: 8 }, (_, nth) => request(nth, nth === 3 ? 'deadly.pdf' : undefined)),
      );
      const [deadly] = results.splice(3, 1);
      expect(deadly).to.include({ kind: 'failed', code: 'worker-lost' });
      expect(results.map(({ kind }) => kind)).to.deep.equal(Array(7).fill('copied'));
      expect(notes.filter((note) => note.includes('was lost'))).to.have.length.within(3, 4);
    });

    it('has one small job out until something was copied', async () => {
      await open(2);
      expect(fleet.load().documents).to.equal(20);
      const first = Array.from({ length: 60 }, (_, nth) => request(nth, 'slow.pdf'));
      const stop = new AbortController();
      const all = Promise.all(first.map((each) => fleet.copy(each, stop.signal)));
      await until(() => fleet.workers().some(({ documents }) => documents > 0), 'the first job');
      await until(() => fleet.workers().length === 2, 'both workers');
      expect(fleet.workers().reduce((total, { documents }) => total + documents, 0)).to.equal(20);
      stop.abort();
      expect((await all).map(({ kind }) => kind)).to.deep.equal(Array(60).fill('released'));
    });

    it('gives a cancelled document back, and one that comes too late', async () => {
      await open(1);
      await warmUp();
      const stop = new AbortController();
      const slow = fleet.copy(request(1, 'slow.pdf'), stop.signal);
      expect((await fleet.copy(request(2), never)).kind).to.equal('copied');
      stop.abort();
      expect(await slow).to.deep.equal({ kind: 'released' });
      expect(await fleet.copy(request(3), AbortSignal.abort())).to.deep.equal({ kind: 'released' });
    });

    it('finishes what workers have begun when it is stopped, and takes the rest back', async () => {
      const stop = new AbortController();
      await open(1, { signal: stop.signal });
      await warmUp();
      const all = copies(Array.from({ length: 300 }, (_, nth) => request(nth, 'moment.pdf')));
      await until(() => fleet.workers().some(({ documents }) => documents > 0), 'work in hand');
      stop.abort();
      const kinds = Map.groupBy(await all, ({ kind }) => kind);
      expect([...kinds.keys()].toSorted()).to.deep.equal(['copied', 'released']);
      expect(kinds.get('released')?.length).to.be.above(150);
    });

    it('sends nothing more once this process does not own the catalog', async () => {
      await open(1, {
        fence: () => Promise.reject(new Failure('Another process has taken over.', { code: 'lock-lost' })),
      });
      const error: unknown = await fleet.copy(request(1), never).catch((caught: unknown) => caught);
      expect(error).to.include({ code: 'lock-lost' });
    });

    it('ends with the words of the last worker once all have left for troubles of their own', async () => {
      await open(2);
      const asked = Array.from({ length: 8 }, (_, nth) => fleet.copy(request(nth, 'credentials.pdf'), never));
      const errors = await Promise.all(asked.map((each) => each.catch((caught: unknown) => caught)));
      for (const error of errors) expect(error).to.include({ code: 'workers-lost', failureClass: 'retry' });
      expect((errors[0] as Error).message).to.include('The key has expired.');
    });
  });
}

const nothingKnown = {
  method: undefined,
  source: undefined,
  target: undefined,
  sha256: undefined,
  evidence: undefined,
};
