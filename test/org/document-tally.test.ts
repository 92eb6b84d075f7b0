import { expect } from 'chai';
import type { TallyRequest } from '../../plugin/src/org/port.ts';
import { orgWorld, type OrgWorld } from '@file-migration/kit/org/org-world';

/** Documents by hand, one of each kind and more: what every method of counting must answer. */
const vendor = 'https://vendor_files.s3.us-west-2.amazonaws.com/';
const request: TallyRequest = {
  ours: ['https://files.example.com/', 'http://files.example.com/'],
  originals: new Set([vendor]),
  since: 0,
};
const expected = {
  documents: 8,
  writtenSince: 6,
  urls: { original: 3, ours: 2, other: 2, empty: 1 },
  withKey: 2,
  inRecycleBin: 2,
};

describe('The tally of the org', () => {
  let w: OrgWorld;

  before(async () => {
    w = await orgWorld();
    const insert = (url: string | null, more: Record<string, string> = {}): string =>
      w.standIn.records.insertOne('DocListEntry__c', {
        Name: 'a.pdf',
        Document__c: url,
        Type_Current__c: 'Document',
        ...more,
      });
    for (const name of ['a', 'b']) insert(`${vendor}${name}`);
    insert(`HTTPS://Vendor_Files.S3.us-west-2.amazonaws.com/c`);
    insert('https://files.example.com/d/a01000000000001AAA', { File_Key__c: 'uploads/x' });
    insert('HTTP://FILES.example.com/d/a01000000000002AAA', { File_Key__c: 'uploads/y' });
    // an underscore is no wildcard
    insert('https://vendorXfiles.s3.us-west-2.amazonaws.com/a');
    insert('no address');
    insert(null);
    insert(`${vendor}folder`, { Type_Current__c: 'Folder' });
    for (const url of [`${vendor}d`, null]) w.standIn.records.softDelete(insert(url));
  });
  after(() => w.close());

  it('is counted by the org in a handful of calls', async () => {
    w.standIn.requests.clear();
    expect(await w.org.tallyDocuments(request)).to.deep.equal({ ...expected, counted: 'by-org' });
    expect(w.standIn.requests.count('query') + w.standIn.requests.count('queryAll')).to.equal(7);
  });

  it('is counted one by one, with the same numbers, when the org says that counting takes it too long', async () => {
    const org = w.open({ backoff: { firstMs: 60_000, mostMs: 60_000 } });
    const match = { operation: 'query', resource: 'Document__c%20' };
    w.standIn.setFaults([{ match, fault: { kind: 'error', status: 400, code: 'QUERY_TIMEOUT' } }]);
    const read: number[] = [];
    const tally = await org.tallyDocuments({ ...request, onRead: (documents) => read.push(documents) });
    expect(tally).to.deep.equal({ ...expected, counted: 'one-by-one' });
    expect(read.at(-1)).to.equal(8);
  });
});
