import { expect } from 'chai';
import { pdf, targetKey, storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;

describe('Copying from one bucket to another of the same store', () => {
  let here: StorageWorld | undefined;
  afterEach(() => here?.close());

  it('writes while more files wait for memory than there may be connections', async () => {
    // four files are being read and fill the memory; eight more would like to be
    here = await storageWorld({
      storage: {
        limits: { initialConcurrency: 4, maxConcurrency: 4, memoryBytes: 4 * MIB, multipartThreshold: 8 * MIB },
      },
    });
    const { store, copy } = here;
    const numbers = Array.from({ length: 12 }, (_, nth) => nth + 1);
    for (const number of numbers) store.seed('vendor', `${number}.pdf`, { bytes: pdf(MIB - 100, number) });
    const results = await Promise.all(
      numbers.map((number) => copy(`${number}.pdf`, { key: targetKey(`${number}.pdf`, number) })),
    );
    expect(results.map(({ kind }) => kind)).to.deep.equal(numbers.map(() => 'copied'));
  });
});
