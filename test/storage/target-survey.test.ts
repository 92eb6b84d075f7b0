import { expect } from 'chai';
import { storageWorld, type StorageWorld } from '@file-migration/kit/storage/storage-world';

describe('A look at the target', () => {
  let here: StorageWorld;
  const signal = new AbortController().signal;
  afterEach(() => here.close());

  it('tells lifecycle rules by days and by date, in a filter and as they were written before', async () => {
    here = await storageWorld({
      store: {
        buckets: [
          'vendor',
          {
            name: 'ours',
            lifecycle: [
              { id: 'days', prefix: '', expirationDays: 30 },
              { id: 'date', prefix: 'uploads/', expirationDate: '2026-12-31T00:00:00.000Z' },
              { id: 'freeze', prefix: '', transition: { date: '2027-01-01T00:00:00.000Z', storageClass: 'GLACIER' } },
              { id: 'old', prefix: 'uploads/', form: 'legacy', expirationDays: 9 },
              { id: 'elsewhere', prefix: 'logs/', form: 'legacy', expirationDays: 9 },
              { id: 'tagged', prefix: '', tag: 'temporary=yes', expirationDays: 1 },
            ],
          },
        ],
      },
    });
    const { lifecycle } = await here.storage.surveyTarget(signal);
    expect(lifecycle.known && lifecycle.value).to.deep.equal([
      { id: 'days', prefix: '', expires: 30 },
      { id: 'date', prefix: 'uploads/', expires: '2026-12-31' },
      { id: 'freeze', prefix: '', archives: '2027-01-01' },
      { id: 'old', prefix: 'uploads/', expires: 9 },
      { id: 'tagged', prefix: '', needsTag: true, expires: 1 },
    ]);
  });

  it('tells one cause once, and guesses nothing about what depends on it', async () => {
    here = await storageWorld({ target: { bucket: 'nowhere' } });
    const { writable, versioning, region } = await here.storage.surveyTarget(signal);
    expect(writable.known ? '' : writable.message).to.match(/NoSuchBucket/);
    expect(writable.known ? '' : writable.fix).to.match(/target\.bucket/);
    expect([versioning, region].map((found) => !found.known && found.because)).to.deep.equal([
      'not-checked',
      'not-checked',
    ]);
  });
});
