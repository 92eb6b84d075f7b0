import { setTimeout as sleep } from 'node:timers/promises';
import { documentId, fileLink, type DocumentId } from '@file-migration/config';
import { expect } from 'chai';
import { Person } from '../redirect/clicks.ts';
import { startRedirectService, type RedirectService } from '../redirect/redirect-service.ts';
import { freePort } from '@file-migration/stand-ins/free-port';
import { startObjectStore, type ObjectStore } from '@file-migration/stand-ins/object-store/server';
import { startSalesforceOrg, type SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

const BUCKET = 'acme-documents';
const VENDOR_URL = 'https://vendor.s3.us-west-2.amazonaws.com/a/original.pdf';
const ALICE = 'alice@file-migration.example';
const BOB = 'bob@file-migration.example';

describe('Clicks in the demo', () => {
  let org: SalesforceOrg;
  let store: ObjectStore;
  let redirect: RedirectService;

  before(async () => {
    [org, store] = await Promise.all([startSalesforceOrg(), startObjectStore({ buckets: [BUCKET] })]);
    redirect = await startRedirectService({
      url: `http://127.0.0.1:${await freePort()}`,
      org,
      store,
      bucket: BUCKET,
      credentials: store.credentials[0],
      originalHosts: [new URL(VENDOR_URL).host],
      variables: { REDIRECT_ORGANIZATION_NAME: 'Acme' },
    });
  });
  after(async () => {
    await redirect.stop();
    await Promise.all([org.close(), store.close()]);
  });

  function documentOf(username: string, fields: (id: DocumentId) => Record<string, string> = switched): string {
    const id = documentId(org.records.insertOne('DocListEntry__c', { Name: 'Plan.pdf' }));
    org.records.update(id, fields(id));
    org.records.share(id, username);
    store.seed(BUCKET, keyOf(id), { bytes: `%PDF-1.7 of ${id}`, contentType: 'application/pdf' });
    return fileLink(redirect.url, id);
  }
  const keyOf = (id: DocumentId): string => `uploads/no-account/${id}/Plan.pdf`;
  const switched = (id: DocumentId): Record<string, string> => ({
    Document__c: fileLink(redirect.url, id),
    File_Key__c: keyOf(id),
    File_Original_Url__c: VENDOR_URL,
  });

  it('bring users their file: signed in on the way at the first, straight at the second', async () => {
    const alice = await Person.at(org, ALICE);
    const link = documentOf(ALICE);
    const id = link.split('/').at(-1) ?? '';
    const first = await alice.click(link);
    expect(first).to.include({
      username: ALICE,
      outcome: 'opened',
      status: 200,
      signedIn: true,
      address: `${store.url}/${BUCKET}/${keyOf(documentId(id))}`,
      contentType: 'application/pdf',
      heading: undefined,
    });
    expect(first.contentDisposition).to.match(/^inline; filename="?Plan\.pdf"?$/);
    expect(first.bytes.toString()).to.equal(`%PDF-1.7 of ${id}`);
    const second = await alice.click(link);
    expect(second).to.include({ outcome: 'opened', signedIn: false });
    expect(second.statuses).to.deep.equal([302, 200]);
  });

  it("bring another user a page that does not say whether the file exists, and the service's own word why", async () => {
    const bob = await Person.at(org, BOB);
    const refused = await bob.click(documentOf(ALICE));
    expect(refused).to.include({ outcome: 'refused', status: 404, heading: 'Document not found' });
    expect(refused.bytes.toString()).to.include('Acme');
    // the service writes its log behind its answers
    const deadline = Date.now() + 30_000;
    while (redirect.decisions().at(-1)?.decision !== 'refused' && Date.now() < deadline) await sleep(20);
    expect(redirect.decisions().at(-1)).to.include({ decision: 'refused', reason: 'not-found', user: org.userId(BOB) });
  });

  it('lead to the vendor where a document was not switched, and stop there', async () => {
    const alice = await Person.at(org, ALICE);
    const away = await alice.click(documentOf(ALICE, () => ({ Document__c: VENDOR_URL })));
    expect(away).to.include({ outcome: 'led-away', status: 302, address: VENDOR_URL });
  });

  it('are of people whom the org knows', async () => {
    const problem = await Person.at(org, 'nobody@acme.example').catch((error: unknown) => error);
    expect(problem).to.be.an('error').with.property('message').that.includes('nobody@acme.example');
  });
});
