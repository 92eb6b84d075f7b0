import { parse } from 'csv-parse/sync';
import { expect } from 'chai';
import fc from 'fast-check';
import { documentId } from '@file-migration/config';
import { Failure } from '../../plugin/src/model/failure.ts';
import { updateCsv } from '../../plugin/src/org/update-rows.ts';

const id = documentId('a0B000000000001');

describe('The CSV of an update', () => {
  it('has a header, one line a document, and line feeds', () => {
    expect(updateCsv(['Document__c', 'File_Key__c'], [{ id, values: ['https://x', 'a,b'] }]).toString()).to.equal(
      `Id\`Document__c\`File_Key__c\n${id}\`https://x\`a,b\n`,
    );
  });

  it('empties a field by #N/A, because an empty cell would leave it as it is', () => {
    expect(updateCsv(['Document__c', 'File_Key__c'], [{ id, values: [null, ''] }]).toString()).to.include(
      '`#N/A`#N/A\n',
    );
  });

  it('keeps every value as it is', () => {
    const value = fc
      .string({ unit: fc.constantFrom('"', ',', '`', '\n', '\r', "'", '=', 'ü', '😀', ' ', 'a'), minLength: 1 })
      .filter((text) => text !== '#N/A');
    fc.assert(
      fc.property(value, (text) => {
        const [, row] = parse(updateCsv(['Document__c'], [{ id, values: [text] }]), {
          record_delimiter: '\n',
          delimiter: '`',
        });
        expect(row).to.deep.equal([id, text]);
      }),
    );
  });

  it('refuses a value that Salesforce would take for an emptied field', () => {
    expect(() => updateCsv(['Document__c'], [{ id, values: ['#N/A'] }])).to.throw(Failure, /would empty its field/);
  });

  it('refuses a document that stands in it twice', () => {
    const row = { id, values: ['x'] };
    expect(() => updateCsv(['Document__c'], [row, row])).to.throw(Failure, /twice/);
  });
});
