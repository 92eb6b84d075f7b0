import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { documentId, type DocumentId } from '@file-migration/config';
import { failureOf } from '@file-migration/kit/failure-of';
import { orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

describe('The Salesforce file linked to a document', () => {
  let w: OrgWorld;
  let document: DocumentId;

  beforeEach(async () => {
    w = await orgWorld();
    document = documentId(w.standIn.records.insertOne('DocListEntry__c', { Name: 'x' }));
  });

  afterEach(() => w.close());

  it('comes byte by byte as it is stored, with its name, size and checksum', async () => {
    const content = randomBytes(3_000_000);
    w.standIn.records.attachFile(document, 'Annual report.pdf', content);
    const file = await w.org.linkedFile(document);
    expect(file).to.deep.include({
      name: 'Annual report.pdf',
      size: content.length,
      md5: createHash('md5').update(content).digest('hex'),
    });
    expect((await buffer(await w.org.openLinkedFile(file))).equals(content)).to.equal(true);
  });

  it('is missing where none is linked', async () => {
    const failure = await failureOf(w.org.linkedFile(document));
    expect([failure.code, failure.failureClass]).to.deep.equal(['salesforce-file-missing', 'skip']);
  });

  it('is ambiguous where several are linked', async () => {
    w.standIn.records.attachFile(document, 'a.pdf', Buffer.from('a'));
    w.standIn.records.attachFile(document, 'b.pdf', Buffer.from('b'));
    const failure = await failureOf(w.org.linkedFile(document));
    expect([failure.code, failure.failureClass]).to.deep.equal(['salesforce-file-ambiguous', 'skip']);
  });

  for (const [name, status, code] of [
    ['was deleted meanwhile', 404, 'salesforce-file-missing'],
    ['this user may not open', 403, 'salesforce-file-denied'],
  ] as const) {
    it(`that ${name} ends its document alone`, async () => {
      w.standIn.records.attachFile(document, 'a.pdf', Buffer.from('a'));
      const file = await w.org.linkedFile(document);
      w.standIn.setFaults([
        { match: { operation: 'record.blob' }, fault: { kind: 'error', status, code: 'INSUFFICIENT_ACCESS' } },
      ]);
      const failure = await failureOf(w.org.openLinkedFile(file));
      expect([failure.code, failure.failureClass]).to.deep.equal([code, 'skip']);
    });
  }

  it('may have no extension', async () => {
    w.standIn.records.attachFile(document, 'README', Buffer.from('a'));
    expect((await w.org.linkedFile(document)).name).to.equal('README');
  });

  it('is refused once the API budget for files is spent', async () => {
    w.standIn.records.attachFile(document, 'a.pdf', Buffer.from('a'));
    const org = w.open({ fileBudgetShare: 0.5 });
    const file = await org.linkedFile(document);
    w.standIn.limits.used = w.standIn.limits.apiRequests / 2;
    await org.countDocuments();
    for (const attempt of [org.linkedFile(document), org.openLinkedFile(file)]) {
      const failure = await failureOf(attempt);
      expect([failure.code, failure.failureClass]).to.deep.equal(['api-budget-spent', 'pause']);
    }
  });

  it('that breaks off does not end as if it were whole', async () => {
    w.standIn.records.attachFile(document, 'a.bin', randomBytes(500_000));
    const file = await w.org.linkedFile(document);
    w.standIn.setFaults([{ match: { resource: 'VersionData' }, fault: { kind: 'cut', atByte: 100_000 } }]);
    const outcome = await buffer(await w.org.openLinkedFile(file)).catch(() => 'broke off');
    expect(outcome).to.equal('broke off');
  });
});
