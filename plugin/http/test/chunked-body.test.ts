import { expect } from 'chai';
import fc from 'fast-check';
import { ChunkedBody } from '@file-migration/http/chunked-body';
import { HttpError } from '@file-migration/http/http-error';
import { inPieces } from './raw-server.ts';

function read(pieces: readonly Buffer[]): { content: string; done: boolean; used: number } {
  const body = new ChunkedBody();
  let content = '';
  let used = 0;
  for (const piece of pieces) used += body.push(piece, (data) => (content += data.toString('latin1')));
  return { content, done: body.done, used };
}

describe('a chunked body', () => {
  it('is the same however it is cut into reads', () => {
    const chunks = fc.array(fc.string({ minLength: 1, maxLength: 300, unit: 'binary-ascii' }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, fc.constantFrom('', ';a=b', ' ;x="y"'), fc.array(fc.nat(40)), (contents, extension, cuts) => {
        const text = [
          ...contents.map((content) => `${content.length.toString(16)}${extension}\r\n${content}\r\n`),
          '0\r\nx-trailer: 1\r\n\r\n',
        ].join('');
        const { content, done, used } = read(inPieces(Buffer.from(text, 'latin1'), cuts));
        return content === contents.join('') && done && used === text.length;
      }),
      { numRuns: 500 },
    );
  });

  it('leaves alone what follows its end', () => {
    expect(read([Buffer.from('1\r\na\r\n0\r\n\r\nHTTP/1.1')])).to.deep.equal({ content: 'a', done: true, used: 11 });
  });

  for (const [what, text] of [
    ['no size', '\r\n'],
    ['a size that is none', '0x5\r\nhello'],
    ['a size beyond all numbers', `${'f'.repeat(20)}\r\n`],
    ['more content than the size', '1\r\nab\r\n'],
    ['a bare line feed', '1\na\r\n'],
    ['an endless line', `1;${'x'.repeat(5000)}`],
    ['endless trailers', `0\r\n${'a: b\r\n'.repeat(200)}`],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => read([Buffer.from(text)]))
        .to.throw(HttpError)
        .with.property('code', 'malformed-answer');
    });
  }
});
