import { objectKey, type CopyMethod } from '@file-migration/config';
import type { Grant } from '@file-migration/stand-ins/object-store/policies/authorizer';
import { expect } from 'chai';
import { Signer } from '../../middleware/src/presign/signer.ts';
import {
  OWN_ACCOUNT,
  VENDOR_ACCOUNT,
  allGrants,
  filesOfRoles,
  keyArn,
  policyFiles,
  shippedBucketPolicy,
  shippedRole,
  vendorBucketPolicy,
  type AwsPlaces,
} from '@file-migration/kit/aws/shipped-policies';
import {
  VENDOR_HOST,
  pdf,
  requestFor,
  storageWorld,
  targetKey,
  type StorageWorld,
} from '@file-migration/kit/storage/storage-world';

const MIB = 1024 * 1024;
const region = 'us-west-2';
const PLACES: AwsPlaces = {
  targetBucket: 'ours',
  targetPrefix: 'uploads',
  vendorBucket: 'vendor',
  vendorPrefix: 'tenant',
  region,
};
const migrator = {
  accessKeyId: 'MIGRATOR000000000001',
  secretAccessKey: 'migrator',
  role: shippedRole('migrator', PLACES),
};
const redirect = {
  accessKeyId: 'REDIRECT000000000001',
  secretAccessKey: 'redirect',
  role: shippedRole('redirect', PLACES),
};
const key = keyArn(region, OWN_ACCOUNT);
const PRESENTATION = { contentType: 'application/pdf', contentDisposition: 'inline; filename="a.pdf"' };

/** Everything that storage does, and the redirect signs for, under the policies that are shipped and nothing else. */
describe('The shipped policies', () => {
  const used = new Map<string, Grant>();
  let here: StorageWorld;
  const signal = new AbortController().signal;

  async function given(methods: readonly CopyMethod[]): Promise<StorageWorld> {
    here = await storageWorld({
      store: {
        region,
        credentials: [migrator, redirect],
        buckets: [
          { name: 'vendor', account: VENDOR_ACCOUNT, policy: vendorBucketPolicy(PLACES), versioning: 'Enabled' },
          {
            name: 'ours',
            account: OWN_ACCOUNT,
            policy: shippedBucketPolicy(PLACES),
            encryption: { kmsKeyId: key, bucketKey: true },
          },
        ],
      },
      source: { methods, restoreArchived: { days: 1, tier: 'Standard' } },
      storage: { limits: { multipartThreshold: 6 * MIB, partBytes: 5 * MIB } },
    });
    return here;
  }

  afterEach(async () => {
    // an archived object is refused for what it is
    const refused = here.store.traffic
      .recent()
      .filter(
        ({ status, key: name, operation }) => status === 403 && !(name.includes('frozen') && operation === 'GetObject'),
      );
    for (const { granted } of here.store.traffic.recent()) {
      for (const grant of granted) used.set(JSON.stringify(grant), grant);
    }
    await here.close();
    expect(refused, 'refused').to.deep.equal([]);
  });

  for (const method of ['server-side-copy', 's3'] as const) {
    it(`let ${method} copy small and large files, encrypted ones and versions`, async () => {
      const { store, copy } = await given([method]);
      const kmsKeyId = keyArn(region, VENDOR_ACCOUNT);
      store.seed('vendor', 'tenant/a.pdf', { bytes: pdf(1000), kmsKeyId });
      store.seed('vendor', 'tenant/b.pdf', { bytes: pdf(12 * MIB), partBytes: 5 * MIB });
      const { versionId } = store.seed('vendor', 'tenant/c.pdf', { bytes: pdf(1000) });
      for (const name of ['a.pdf', 'b.pdf']) expect(await copy(`tenant/${name}`), name).to.include({ kind: 'copied' });
      const url = `https://${VENDOR_HOST}/tenant/c.pdf?versionId=${versionId}`;
      expect(await copy('tenant/c.pdf', { url })).to.include({ kind: 'copied' });
      expect(await copy('tenant/none.pdf')).to.include({ kind: 'missing' });
    });
  }

  it('let verify read, a broken upload be tidied up, lines of a rollback be written, and an archive be restored', async () => {
    const { store, storage, copy } = await given(['s3']);
    store.seed('vendor', 'tenant/a.pdf', { bytes: pdf(1000) });
    store.seed('vendor', 'tenant/b.pdf', { bytes: pdf(12 * MIB) });
    store.seed('vendor', 'tenant/frozen.pdf', { bytes: pdf(10), storageClass: 'GLACIER' });
    const copied = await copy('tenant/a.pdf');
    if (copied.kind !== 'copied') throw new Error(copied.kind);
    const request = { ...requestFor('tenant/a.pdf'), ...copied, sha256: copied.sha256 };
    expect(await storage.compare(request, 'full', signal)).to.include({ kind: 'equal' });
    for await (const { key: listed } of storage.listTarget('uploads/', signal)) expect(listed).to.match(/^uploads\//);
    store.setFaults([
      { match: { operation: 'CompleteMultipartUpload' }, fault: { kind: 'error', code: 'InvalidArgument' } },
    ]);
    expect(await copy('tenant/b.pdf')).to.include({ kind: 'failed' });
    expect(store.unfinishedUploads('ours')).to.deep.equal([]);
    for await (const { key: unfinished } of storage.unfinishedUploads(signal)) expect.fail(unfinished);
    await storage.putRollbackLines('run/1.csv', Buffer.from('Id\n'), signal);
    store.setFaults([]);
    const chunks = [pdf(9 * MIB)];
    const { key: large } = await storage.putOwnObject(
      'snapshots/one.zst',
      { contentType: 'application/zstd', chunks },
      signal,
    );
    let bytes = 0;
    for await (const chunk of storage.readTarget(large, signal)) bytes += chunk.length;
    expect(bytes).to.equal(9 * MIB);
    await storage.removeSnapshot(large, signal);
    const owner = { name: '.file-migration/owner/one.json', body: Buffer.from('{}') };
    expect(await storage.replaceOwn({ ...owner, replaces: undefined }, signal)).to.equal(true);
    const read = await storage.readOwn(owner.name, signal);
    expect(await storage.replaceOwn({ ...owner, body: Buffer.from('{"a":1}'), replaces: read?.etag }, signal)).to.equal(
      true,
    );
    expect(await storage.replaceOwn({ ...owner, replaces: read?.etag }, signal), 'what was read is gone').to.equal(
      false,
    );
    expect(await copy('tenant/frozen.pdf')).to.include({ kind: 'archived' });
    expect(store.traffic.count('RestoreObject')).to.equal(1);
  });

  it('let doctor look at both sides, and leave nothing of its probes', async () => {
    const { store, storage } = await given(['s3']);
    store.seed('vendor', 'tenant/a.pdf', { bytes: pdf(1000) });
    const survey = await storage.surveyTarget(signal);
    for (const [name, found] of Object.entries(survey)) {
      if (typeof found === 'object') expect(found, name).to.include({ known: true });
    }
    expect(survey.capabilities).to.deep.include({ known: true });
    expect((await storage.surveySource(requestFor('tenant/a.pdf').url, signal)).deniedMayMeanMissing).to.deep.equal({
      known: true,
      value: false,
    });
  });

  it('let the redirect’s links open files, and nothing else', async () => {
    const { store } = await given(['s3']);
    const name = objectKey(targetKey('a.pdf'));
    store.seed('ours', name, { bytes: 'hello', kmsKeyId: key });
    const signer = await Signer.create({
      bucket: 'ours',
      region,
      endpoint: store.url,
      pathStyle: true,
      seconds: 120,
      credentials: () => Promise.resolve(redirect),
    });
    for (const method of ['GET', 'HEAD'] as const) {
      const { url } = await signer.sign({ method, key: name, ...PRESENTATION });
      expect((await fetch(url, { method })).status, method).to.equal(200);
    }
  });

  it('grant what was used just now, and nothing more', () => {
    expect(filesOfRoles().sort()).to.deep.equal(policyFiles().sort());
    const words = ({ policy, statement, action }: Grant): string => `${policy} ${statement} ${action}`;
    expect([...used.values()].map(words).sort()).to.deep.equal(allGrants().map(words).sort());
  });
});
