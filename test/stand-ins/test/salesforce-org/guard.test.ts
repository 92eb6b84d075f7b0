/* The guard's formula, as it stands in force-app/document, over every change of a document's URL that matters. */
import { expect } from 'chai';
import { compileFormula } from '../../salesforce-org/rules/formula.ts';
import { startSalesforceOrg, type SalesforceOrg } from '../../salesforce-org/index.ts';
import { restCall } from './calls.ts';

const WRITER = 'integration@file-migration.example';
const ORIGINAL = 'https://vendor.s3.us-west-2.amazonaws.com/t/1';
const USERS = 'https://elsewhere.example/new.pdf';
const OTHER_LINK = 'https://files.example.com/d/a0B000000000999AAA';
const scope = { isNew: false, hasPermission: () => true, value: () => '', priorValue: () => '' };

type Fields = { readonly url: string | null; readonly original: string | null };

describe('The guard', () => {
  let org: SalesforceOrg;
  let id: string;
  before(async () => {
    org = await startSalesforceOrg();
    id = org.records.insertOne('DocListEntry__c', { Name: 'a.pdf' });
  });
  after(() => org.close());

  const ours = (): string => `https://files.example.com/d/${id}`;
  const direct = (): string => `https://files.s3.amazonaws.com/uploads/001/${id}/a.pdf`;

  /** What the org answers the integration user's update of a record that holds `before`. */
  async function refuses(before: Fields, after: Partial<Fields>, user = WRITER): Promise<boolean> {
    org.records.update(id, { Document__c: before.url, File_Original_Url__c: before.original });
    const body = {
      ...(after.url === undefined ? {} : { Document__c: after.url }),
      ...(after.original === undefined ? {} : { File_Original_Url__c: after.original }),
    };
    const { status } = await restCall(org, user, `/sobjects/DocListEntry__c/${id}`, { method: 'PATCH', body });
    expect(status).to.be.oneOf([204, 400]);
    return status === 400;
  }

  it('lets our link replace the original, and keeps what a user wrote', async () => {
    expect(await refuses({ url: ORIGINAL, original: null }, { url: ours(), original: ORIGINAL })).to.equal(false);
    expect(await refuses({ url: ORIGINAL, original: null }, { url: direct(), original: ORIGINAL })).to.equal(false);
    expect(await refuses({ url: USERS, original: null }, { url: ours(), original: ORIGINAL })).to.equal(true);
  });

  it('keeps a URL that a user emptied, whatever is written over it', async () => {
    for (const original of [ORIGINAL, null]) {
      expect(await refuses({ url: null, original }, { url: ours() }), `original ${original}`).to.equal(true);
      expect(await refuses({ url: null, original }, { url: ours(), original: ORIGINAL })).to.equal(true);
      expect(await refuses({ url: null, original }, { url: ORIGINAL, original: ORIGINAL })).to.equal(true);
    }
  });

  it('lets one link of ours replace another', async () => {
    expect(await refuses({ url: ours(), original: ORIGINAL }, { url: direct() })).to.equal(false);
    expect(await refuses({ url: direct(), original: ORIGINAL }, { url: ours() })).to.equal(false);
  });

  it('lets only the record’s own original replace our link', async () => {
    expect(await refuses({ url: ours(), original: ORIGINAL }, { url: ORIGINAL })).to.equal(false);
    for (const url of [USERS, 'javascript:alert(1)', OTHER_LINK, null]) {
      expect(await refuses({ url: ours(), original: ORIGINAL }, { url }), String(url)).to.equal(true);
    }
    // the original is no original if it comes along
    expect(await refuses({ url: ours(), original: ORIGINAL }, { url: USERS, original: USERS })).to.equal(true);
    expect(await refuses({ url: ours(), original: null }, { url: ORIGINAL })).to.equal(true);
  });

  it('does not put the original back over what a user wrote', async () => {
    expect(await refuses({ url: USERS, original: ORIGINAL }, { url: ORIGINAL })).to.equal(true);
  });

  it('lets our link replace the link that a clone brought along, with its original only', async () => {
    const own = { url: ours() };
    expect(await refuses({ url: OTHER_LINK, original: ORIGINAL }, own)).to.equal(false);
    expect(await refuses({ url: OTHER_LINK, original: null }, own)).to.equal(true);
    expect(await refuses({ url: OTHER_LINK, original: null }, { ...own, original: ORIGINAL })).to.equal(true);
  });

  it('never stands in anybody else’s way', async () => {
    const before = { url: ours(), original: ORIGINAL };
    for (const url of [USERS, ORIGINAL, null]) {
      expect(await refuses(before, { url }, 'admin@file-migration.example')).to.equal(false);
    }
  });
});

describe('A formula in the simulated org', () => {
  const isTrue = (formula: string, value = ''): boolean => compileFormula(formula)({ ...scope, value: () => value });

  it('takes a blank text as Salesforce documents it', () => {
    expect(isTrue('CONTAINS(Url__c, "x")')).to.equal(true);
    expect(isTrue('BEGINS(Url__c, "x")')).to.equal(true);
    expect(isTrue('FIND("x", Url__c) > 0')).to.equal(false);
    expect(isTrue('AND(ISBLANK(Url__c), NOT(CONTAINS("abc", "x")))')).to.equal(true);
  });

  it('counts from one, joins and compares with case', () => {
    expect(isTrue('FIND("/", Url__c, 9) = 16', 'https://a.b.c.d/e')).to.equal(true);
    expect(isTrue('RIGHT(Url__c, 2) = "/" & "e"', 'https://a/e')).to.equal(true);
    expect(isTrue('LEFT(Url__c, 1) = "H"', 'https://a/e')).to.equal(false);
  });

  for (const formula of ['REGEX(Url__c, "a")', 'AND(TRUE', 'Url__c = ', 'Url__c ~ "a"', '"a" "b"']) {
    it(`refuses what it does not know: ${formula}`, () => {
      expect(() => compileFormula(formula)).to.throw(SyntaxError, /^Formula, /);
    });
  }
});
