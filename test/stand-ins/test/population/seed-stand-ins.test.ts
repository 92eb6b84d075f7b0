import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { startObjectStore, type ObjectStore } from '../../object-store/server.ts';
import { population } from '../../population/population.ts';
import type { SourceKind } from '../../population/records.ts';
import { applyChanges, seedStandIns } from '../../population/seed-stand-ins.ts';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';

const BUCKET = 'vendor-documents';

describe('a population in the stand-ins', () => {
  const made = population({ documents: 500, sizes: { meanBytes: 5000, maxBytes: 100_000 } });
  const entries = [...made.entries()];
  let org: SalesforceOrg;
  let store: ObjectStore;
  let client: S3Client;

  before(async () => {
    org = await startSalesforceOrg();
    store = await startObjectStore();
    const [{ accessKeyId, secretAccessKey }] = store.credentials;
    client = new S3Client({
      endpoint: store.url,
      region: store.region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      maxAttempts: 1,
    });
    await seedStandIns(made, { org, store });
  });

  after(async () => {
    client.destroy();
    await org.close();
    await store.close();
  });

  const keyOf = (url: unknown) => decodeURIComponent(new URL(String(url)).pathname.slice(1));
  const firstOf = (kind: SourceKind) => entries.find(({ source }) => source === kind)!;
  async function read(url: unknown): Promise<Buffer | number | undefined> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: keyOf(url) }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (error instanceof S3ServiceException) return error.$metadata.httpStatusCode;
      throw error;
    }
  }

  it('is in the org, record for record', () => {
    const { accounts, documents, folders } = made.summary();
    expect(org.records.count('Account')).to.equal(accounts);
    expect(org.records.count('DocListEntry__c')).to.equal(documents + folders);
    for (const { document } of entries) {
      const { CreatedDate, LastModifiedDate, SystemModstamp, ...fields } = document;
      const stored = org.records.read(document.Id);
      expect(stored).to.deep.include(fields);
      const times = { CreatedDate, LastModifiedDate, SystemModstamp };
      for (const [name, time] of Object.entries(times)) {
        expect(new Date(String(stored?.[name])).getTime(), name).to.equal(new Date(time).getTime());
      }
    }
  });

  it('has its recycled documents in the recycle bin', () => {
    const deleted = [...org.records.allDocuments(true)].filter(({ IsDeleted }) => IsDeleted === true);
    expect(deleted.map(({ Id }) => Id)).to.have.members([...made.recycled()].map(({ document }) => document.Id));
  });

  it('is in the store, byte for byte, as the AWS SDK reads it', async () => {
    const objects = [...made.objects(), ...[...made.recycled()].map(({ object }) => object!)];
    expect([...store.list(BUCKET)].map(({ key }) => key)).to.have.members(objects.map(({ key }) => key));
    const { document, object } = firstOf('present');
    expect(await read(document.Document__c)).to.deep.equal(object!.bytes());
    expect(await read(firstOf('empty').document.Document__c)).to.deep.equal(Buffer.alloc(0));
  });

  it('answers 404 for what is missing, 403 for what is denied or archived', async () => {
    expect(await read(firstOf('missing').document.Document__c)).to.equal(404);
    expect(await read(firstOf('denied').document.Document__c)).to.equal(403);
    expect(await read(firstOf('archived').document.Document__c)).to.equal(403);
  });

  it('has the ETags and checksums of its objects’ history', () => {
    for (const { key, partBytes, checksum, contentType, lastModified } of made.objects()) {
      const facts = store.find(BUCKET, key);
      expect(facts?.etag.includes('-'), key).to.equal(partBytes !== null);
      expect(facts?.checksum?.name ?? null).to.equal(checksum);
      expect(facts?.headers['content-type']).to.equal(contentType);
      expect(facts?.lastModified).to.deep.equal(lastModified);
    }
  });

  it('lives on: a day of changes reaches org and store', async () => {
    const changes = made.changes();
    const before = org.records.count('DocListEntry__c');
    await applyChanges(changes, { org, store });
    const { added, replaced, overwritten, deleted, undeleted } = changes;
    expect(org.records.count('DocListEntry__c') - before).to.equal(added.length - deleted.length + undeleted.length);
    for (const { document, Document__c, object } of replaced) {
      expect(org.records.read(document)).to.include({ Document__c });
      expect(await read(Document__c)).to.deep.equal(object.bytes());
    }
    for (const { object } of overwritten) expect(store.read(BUCKET, object.key)).to.deep.equal(object.bytes());
    for (const { document, how } of deleted) {
      expect(org.records.read(document)?.IsDeleted).to.equal(how === 'purged' ? undefined : true);
    }
    for (const id of undeleted) expect(org.records.read(id)?.IsDeleted).to.equal(false);
  });
});
