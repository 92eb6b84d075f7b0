import { expect } from 'chai';
import { Failure } from '../../plugin/src/model/failure.ts';
import {
  pdf,
  requestFor,
  targetKey,
  storageWorld,
  type StorageWorld,
  type StorageWorldOptions,
} from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;
const { signal } = new AbortController();
const limits = { multipartThreshold: 6 * MIB, partBytes: 5 * MIB };
const writes = ['PutObject', 'CopyObject', 'CreateMultipartUpload', 'UploadPart', 'UploadPartCopy'] as const;

/* DESIGN, invariant 12: a process without its epoch writes nothing anywhere. The catalog and the org have tests of their own. */
describe('Storage whose process no longer owns the catalog', () => {
  let here: StorageWorld;
  /** Asked so often the fence holds; then another process has the next epoch. */
  let holds: number;
  afterEach(() => here.close());

  const fence = (): Promise<void> => {
    if (holds-- > 0) return Promise.resolve();
    return Promise.reject(new Failure('Another process has taken over.', { code: 'lock-lost', failureClass: 'stop' }));
  };
  async function given(asked: number, source: NonNullable<StorageWorldOptions['source']>): Promise<void> {
    holds = asked;
    here = await storageWorld({ source, storage: { fence, limits } });
    here.store.seed('vendor', 'small.pdf', { bytes: pdf(500) });
    here.store.seed('vendor', 'large.pdf', { bytes: pdf(12 * MIB), checksum: 'none', partBytes: 5 * MIB });
    here.store.seed('ours', 'uploads/acme/old.pdf', { bytes: pdf(700) });
  }
  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      (result) => result,
      (error: unknown) => (error as Failure).code,
    );
  const written = (): number => writes.reduce((sum, operation) => sum + here.store.traffic.count(operation), 0);

  for (const method of ['s3', 'server-side-copy'] as const) {
    for (const file of ['small.pdf', 'large.pdf']) {
      it(`copies no ${file} by ${method}`, async () => {
        await given(0, { methods: [method] });
        expect(await codeOf(here.copy(file))).to.equal('lock-lost');
        expect(written(), 'writes').to.equal(0);
      });
    }

    it(`completes no large file that it has begun by ${method}`, async () => {
      // enough for the survey of the target and the beginning of the upload
      await given(2, { methods: [method] });
      expect(await codeOf(here.copy('large.pdf'))).to.equal('lock-lost');
      expect(here.store.find('ours', targetKey('large.pdf'))).to.equal(undefined);
      expect(here.store.traffic.count('CompleteMultipartUpload')).to.equal(0);
    });
  }

  it('copies nothing within the bucket, and writes no rollback lines', async () => {
    await given(0, { methods: ['s3'] });
    const copying = here.storage.copyWithin('uploads/acme/old.pdf', requestFor('small.pdf'), signal);
    expect(await codeOf(copying)).to.equal('lock-lost');
    expect(await codeOf(here.storage.putRollbackLines('1.csv', Buffer.from('x'), signal))).to.equal('lock-lost');
    expect(written(), 'writes').to.equal(0);
  });
});
