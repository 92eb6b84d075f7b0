import { expect } from 'chai';
import fc from 'fast-check';
import { Failure } from '../../plugin/src/model/failure.ts';
import { decodeListed } from '../../plugin/src/storage/s3/listed-key.ts';
import { FreeKeys } from '../../plugin/src/storage/target/free-keys.ts';
import { pdf, requestFor, targetKey, storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';

const { signal } = new AbortController();

describe('Server-side copies where the store ignores If-None-Match', () => {
  let here: StorageWorld;
  beforeEach(async () => {
    here = await storageWorld({
      source: { methods: ['server-side-copy'] },
      store: { conditionalCopy: false },
    });
    for (let n = 1; n <= documents; n++) here.store.seed('vendor', `${n}.pdf`, { bytes: pdf(500, n) });
  });
  afterEach(() => here.close());

  const documents = 30;
  const copy = (n: number) => here.storage.copy(requestFor(`${n}.pdf`, n), signal);
  const looksAtTarget = (): number =>
    here.store.traffic.recent().filter(({ operation, bucket }) => operation === 'HeadObject' && bucket === 'ours')
      .length;

  it('look once for all documents of an account', async () => {
    const results = await Promise.all(Array.from({ length: documents }, (_, nth) => copy(nth + 1)));
    for (const result of results) expect(result).to.include({ kind: 'copied', evidence: 'A', alreadyThere: false });
    expect(here.store.traffic.count('ListObjectsV2')).to.equal(1);
    expect(looksAtTarget()).to.equal(0);
  });

  it('overwrite nothing in the middle of an account', async () => {
    here.store.seed('ours', targetKey('15.pdf', 15), { bytes: 'somebody else’s' });
    for (let n = 1; n <= documents; n++) {
      const result = await copy(n);
      expect(result, String(n)).to.include(
        n === 15 ? { kind: 'failed', code: 'target-occupied' } : { kind: 'copied', alreadyThere: false },
      );
    }
    expect(here.store.read('ours', targetKey('15.pdf', 15)).toString()).to.equal('somebody else’s');
  });

  it('look at the key itself once a copy may have been made there, and find it', async () => {
    await here.storage.surveyTarget(signal);
    here.store.setFaults([{ match: { operation: 'CopyObject', times: 1 }, fault: { kind: 'cut', acted: true } }]);
    expect(await copy(1)).to.include({ kind: 'copied', alreadyThere: true, evidence: 'A' });
    expect(looksAtTarget()).to.equal(1);
  });

  it('look at every key where the list is refused', async () => {
    here.store.setFaults([{ match: { operation: 'ListObjectsV2' }, fault: { kind: 'error', code: 'AccessDenied' } }]);
    for (let n = 1; n <= 5; n++) expect(await copy(n)).to.include({ kind: 'copied', alreadyThere: false });
    expect(here.store.traffic.count('ListObjectsV2')).to.equal(1);
    expect(looksAtTarget()).to.equal(5);
  });

  it('look at the key where the list fails just now', async () => {
    here.store.setFaults([
      { match: { operation: 'ListObjectsV2', times: 1 }, fault: { kind: 'error', code: 'InternalError' } },
    ]);
    for (let n = 1; n <= 3; n++) expect(await copy(n)).to.include({ kind: 'copied', alreadyThere: false });
    expect(looksAtTarget()).to.equal(3);
  });
});

describe('A look ahead for free keys', () => {
  /** A bucket's keys in the order of their bytes, and when each came to be. */
  class Keys {
    readonly #since = new Map<string, number>();
    lists = 0;
    time = 0;

    add(key: string): void {
      if (!this.#since.has(key)) this.#since.set(key, this.time);
    }

    wasThere(key: string, time: number): boolean {
      return (this.#since.get(key) ?? Infinity) < time;
    }

    firstKey(prefix: string): Promise<{ key: string | undefined }> {
      this.lists += 1;
      const [key] = [...this.#since.keys()].filter((known) => known.startsWith(prefix)).sort(compared);
      return Promise.resolve({ key });
    }
  }

  const compared = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const key = fc
    .tuple(fc.constantFrom('a', 'b', 'é', '𝔸', 'ﬀ'), fc.constantFrom('1', '2', '3', '4'), fc.constantFrom('x', 'y'))
    .map(([account, document, name]) => `uploads/${account}/${document}/${name}`);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('take' as const), key }),
    fc.record({ kind: fc.constant('foreign' as const), key }),
    // a copy may land later than it was sent, or never
    fc.record({ kind: fc.constant('land' as const), key }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 2_000, 6_000, 60_000) }),
  );

  it('gives no key that held an object five seconds ago, and none twice in a minute', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const keys = new Keys();
        const free = new FreeKeys(keys, () => keys.time);
        const taken = new Map<string, number>();
        for (const one of steps) {
          if (one.kind === 'wait') keys.time += one.ms;
          else if (one.kind === 'foreign') keys.add(one.key);
          else if (one.kind === 'land') {
            if (taken.has(one.key)) keys.add(one.key);
          } else if (await free.take(one.key, signal)) {
            expect(keys.wasThere(one.key, keys.time - 5_000), `${one.key} was there`).to.equal(false);
            const before = taken.get(one.key) ?? -Infinity;
            expect(keys.time - before, `${one.key} was taken before`).to.be.at.least(60_000);
            taken.set(one.key, keys.time);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is made where the key lies, also where no folder stands above the document’s own', async () => {
    for (const wanted of ['a0D000000000001AAA/file.pdf', 'file.pdf', 'uploads/a0D000000000001AAA/file.pdf']) {
      const keys = new Keys();
      keys.add(wanted);
      expect(await new FreeKeys(keys, () => keys.time).take(wanted, signal), wanted).to.equal(false);
    }
  });

  it('is given up where it does not pay', async () => {
    const keys = new Keys();
    const free = new FreeKeys(keys, () => keys.time);
    for (let nth = 0; nth < 200; nth++) {
      const wanted = `uploads/account-${nth}/a0D000000000001AAA/file.pdf`;
      keys.add(`uploads/account-${nth}/a0D000000000000AAA/file.pdf`);
      expect(await free.take(wanted, signal)).to.equal(false);
      keys.time += 100;
    }
    expect(keys.lists, 'those of the first five seconds').to.equal(51);
  });

  it('goes on where it pays', async () => {
    const keys = new Keys();
    const free = new FreeKeys(keys, () => keys.time);
    let given = 0;
    // as claims come: some documents of every account in turn, the newest first
    for (const documents of [
      [9, 8, 7, 6, 5],
      [4, 3, 2, 1, 0],
    ]) {
      for (let account = 10; account < 60; account++) {
        for (const document of documents) {
          const wanted = `uploads/account-${account}/a0D0000000000${document + 10}AAA/file.pdf`;
          if (await free.take(wanted, signal)) given += 1;
          keys.add(wanted);
        }
      }
      keys.time += 10_000;
    }
    expect(given).to.equal(500);
    expect(keys.lists, 'one an account each time').to.equal(50 + 50);
  });

  it('takes a listed key that is encoded otherwise than the store said for a list that failed', () => {
    expect(decodeListed('a%20b+c%25')).to.equal('a b c%');
    expect(() => decodeListed('100%.pdf'))
      .to.throw(Failure)
      .that.includes({ code: 'target-server-error', failureClass: 'retry' });
  });

  it('asks no more where lists are not allowed, and for a while where they fail', async () => {
    for (const [failureClass, lists] of [
      ['stop', 1],
      ['skip', 1],
      ['retry', 2],
      ['pause', 2],
    ] as const) {
      const keys = new Keys();
      const firstKey = (): Promise<never> => {
        keys.lists += 1;
        return Promise.reject(new Failure('No.', { code: 'target-refused', failureClass }));
      };
      const free = new FreeKeys({ firstKey }, () => keys.time);
      for (const ms of [0, 1, 1, 6_000]) {
        keys.time += ms;
        expect(await free.take('uploads/a/1/x', signal)).to.equal(false);
      }
      expect(keys.lists, failureClass).to.equal(lists);
    }
  });
});
