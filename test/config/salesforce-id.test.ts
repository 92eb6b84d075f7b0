import {
  accountId,
  documentId,
  isSalesforceId,
  keyPrefix,
  organizationId,
  parseSalesforceId,
  toSalesforceId,
} from '@file-migration/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { idBodies } from './arbitraries.ts';

describe('A Salesforce id', () => {
  it('gets the check suffix that Salesforce documents', () => {
    // Pairs from Salesforce's own documentation and from public sample data.
    expect(toSalesforceId('001D000000IqhSL')).to.equal('001D000000IqhSLIAZ');
    expect(toSalesforceId('00D000000000062')).to.equal('00D000000000062EAA');
    expect(toSalesforceId('aaaaaaaaaaaaaaa')).to.equal('aaaaaaaaaaaaaaaAAA');
    expect(toSalesforceId('AAAAAAAAAAAAAAA')).to.equal('AAAAAAAAAAAAAAA555');
  });

  it('means the same with 15 and 18 characters', () => {
    fc.assert(
      fc.property(idBodies, (body) => {
        const id = toSalesforceId(body);
        expect(id).to.have.length(18);
        expect(toSalesforceId(id)).to.equal(id);
        expect(isSalesforceId(id)).to.equal(true);
        expect(isSalesforceId(body)).to.equal(false);
      }),
    );
  });

  it('may come with its suffix in any case, and leaves with capitals', () => {
    fc.assert(
      fc.property(idBodies, (body) => {
        const id = toSalesforceId(body);
        expect(toSalesforceId(body + id.slice(15).toLowerCase())).to.equal(id);
      }),
    );
  });

  it('tells apart ids that differ in case alone', () => {
    expect(toSalesforceId('a0x000000000abc')).not.to.equal(toSalesforceId('a0x000000000aBc'));
  });

  it('is refused when its case was lost on the way', () => {
    fc.assert(
      fc.property(
        idBodies.filter((body) => /[a-z]/.test(body) && /[A-Z]/.test(body)),
        (body) => {
          const id = toSalesforceId(body);
          expect(parseSalesforceId(body.toLowerCase() + id.slice(15))).to.equal(undefined);
        },
      ),
    );
  });

  it('is refused with a wrong suffix, wrong length or other characters, by a message that names it', () => {
    expect(() => documentId('001D000000IqhSLIAX')).to.throw(RangeError, /"001D000000IqhSLIAX".*should be IAZ/);
    expect(() => accountId('001D000000IqhSLI')).to.throw(RangeError, /"001D000000IqhSLI".*16 characters/);
    expect(() => documentId("001D000000' OR ")).to.throw(RangeError, /other characters/);
    expect(() => documentId('')).to.throw(RangeError, /0 characters/);
  });

  it('is refused when Unicode folds a letter into ASCII', () => {
    // U+212A KELVIN SIGN lower-cases to k.
    expect(parseSalesforceId('001D00000\u212AIqhSL')).to.equal(undefined);
    expect(parseSalesforceId('００１D000000IqhSL')).to.equal(undefined);
  });

  it('never throws anything but RangeError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        try {
          toSalesforceId(value);
        } catch (error) {
          expect(error).to.be.instanceOf(RangeError);
        }
      }),
    );
  });

  it('of an org starts with 00D', () => {
    expect(organizationId('00D000000000062')).to.equal('00D000000000062EAA');
    expect(() => organizationId('001D000000IqhSL')).to.throw(RangeError, /not the id of an org/);
  });

  it('tells its object by its first three characters', () => {
    expect(keyPrefix(documentId('a0XD000000IqhSL'))).to.equal('a0X');
  });
});
