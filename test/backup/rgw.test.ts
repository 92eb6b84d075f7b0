import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyMethod } from '@file-migration/config';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { describeServer, rgwUnderTest } from '@file-migration/stand-ins/s3-servers/servers-under-test';
import { rgwBuckets, type RgwBuckets } from '@file-migration/stand-ins/s3-servers/rgw-buckets';
import { startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import { allDocuments } from '@file-migration/kit/migration/audit';
import { content, documentRecord, runBackup, worldConfig } from '@file-migration/kit/migration/migration-world';

const HOST = 'files.vendor.example';
const DOCUMENTS = 40;

describeServer(rgwUnderTest().start, 'a backup from Ceph RGW to Ceph RGW', (begin) => {
  let rgw: RgwBuckets;
  let org: SalesforceOrg;
  let folder: string;

  before(async () => {
    rgw = await rgwBuckets(await begin());
    for (let nth = 0; nth < DOCUMENTS; nth++) {
      const Body = fileOf(nth);
      await rgw.client.send(
        new PutObjectCommand({ Bucket: rgw.vendor, Key: `f-${nth}`, Body, ContentLength: Body.length }),
      );
    }
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-rgw-'));
    org = await startSalesforceOrg({ bulk: { jobMs: 5, pageRows: 15 } });
    const account = org.records.insertOne('Account', { Name: 'Acme' });
    for (let nth = 0; nth < DOCUMENTS; nth++) {
      org.records.insertOne('DocListEntry__c', documentRecord(`${nth}.pdf`, `https://${HOST}/f-${nth}`, account));
    }
  });
  afterEach(async () => {
    await org.close();
    await rm(folder, { recursive: true, force: true });
  });
  after(() => rgw.remove());

  for (const method of ['s3', 'server-side-copy'] as const satisfies CopyMethod[]) {
    it(`verifies every file by ${method}, byte for byte, and copies none again`, async () => {
      const { endpoint, region, owner } = rgw.server;
      const place = { endpoint, region, pathStyle: true };
      const credentials = { accessKeyId: '${RGW_KEY}', secretAccessKey: '${RGW_SECRET}' };
      const prefix = `by-${method}/`;
      const config = worldConfig(
        { folder, storeUrl: endpoint },
        {
          source: { methods: [method], hosts: { [HOST]: { ...place, bucket: rgw.vendor } }, credentials },
          target: { ...place, bucket: rgw.ours, credentials },
          key: { layout: `${prefix}{accountId}/{accountName}/{recordId}/{fileName}` },
        },
      );
      const env = { RGW_KEY: owner.accessKeyId, RGW_SECRET: owner.secretAccessKey };
      const result = await runBackup({ org, config }, {}, { env });
      expect(result).to.include({ status: 'completed' });
      expect(result.counts.states.verified).to.equal(DOCUMENTS);
      const { Contents = [] } = await rgw.client.send(new ListObjectsV2Command({ Bucket: rgw.ours, Prefix: prefix }));
      const catalog = await openCatalogReader(config.catalog.file);
      try {
        const documents = await allDocuments(catalog);
        expect(await catalog.counts()).to.deep.equal(await catalog.recount());
        expect(Contents.map(({ Key }) => Key).toSorted()).to.deep.equal(documents.map(({ key }) => key).toSorted());
        for (const { name, key, evidence } of documents) {
          expect(evidence, name).to.equal('B');
          const { Body } = await rgw.client.send(new GetObjectCommand({ Bucket: rgw.ours, Key: key }));
          const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
          expect(bytes.equals(fileOf(Number.parseInt(name, 10))), name).to.equal(true);
        }
      } finally {
        await catalog.close();
      }
      const again = await runBackup({ org, config }, { mode: 'full' }, { env });
      expect(again.run).to.include({ processed: 0, unchanged: DOCUMENTS });
    });
  }
});

/** From nothing to a hundred kilobytes. */
function fileOf(nth: number): Buffer {
  return content(`f-${nth}`, nth * 2600);
}
