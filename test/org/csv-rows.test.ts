import { expect } from 'chai';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { CsvError, csvRows } from '../../plugin/src/org/csv-rows.ts';
import { all } from '@file-migration/kit/failure-of';
import { inPieces } from '../../plugin/http/test/raw-server.ts';

const LONGEST = 1000;

describe('The rows of a CSV', () => {
  it('are the same, wherever its bytes are cut and whatever stands in its cells', async () => {
    const cell = fc.string({
      unit: fc.oneof(fc.constantFrom('"', '""', ',', '\n', '\r', '\r\n', '\uFEFF', ' ', 'ä', '😀'), fc.string()),
      maxLength: 12,
    });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        table,
        cuts,
        fc.record({ bom: fc.boolean(), crlf: fc.boolean(), open: fc.boolean() }),
        async (rows, lengths, { bom, crlf, open }) => {
          const text = stringify(rows, {
            quoted: true,
            quoted_empty: true,
            bom,
            record_delimiter: crlf ? '\r\n' : '\n',
            eof: !open,
          });
          expect((await read(inPieces(Buffer.from(text), lengths))).flat()).to.deep.equal(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('need no quotes', async () => {
    expect((await read([Buffer.from('a,b\n1,\n,'), Buffer.from('2\n')])).flat()).to.deep.equal([
      ['a', 'b'],
      ['1', ''],
      ['', '2'],
    ]);
  });

  for (const [what, text] of [
    ['a quote that never closes', '"a","b'],
    ['a quote in the middle of a quoted cell', '"a"b","c"\n'],
    ['a row that never ends', `"a","${'x'.repeat(LONGEST)}`],
  ] as const) {
    it(`are none with ${what}`, async () => {
      const error = await read(inPieces(Buffer.from(text), [7])).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(CsvError);
    });
  }
});

async function read(pieces: readonly Buffer[]): Promise<string[][][]> {
  return await all(csvRows(stream(pieces), LONGEST));
}

async function* stream(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
