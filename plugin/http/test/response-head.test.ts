import { expect } from 'chai';
import fc from 'fast-check';
import { HttpError } from '@file-migration/http/http-error';
import { parseResponseHead } from '@file-migration/http/response-head';

const OK = 'HTTP/1.1 200 OK';

describe('the head of an answer', () => {
  it('tells status, headers and where the body ends', () => {
    expect(
      parseResponseHead(`${OK}\r\nContent-Length: 12\r\nETag:"a"\r\nX-Empty:\r\nx-many: 1\r\nX-Many:  2 `, false),
    ).to.deep.equal({
      status: 200,
      headers: { 'content-length': '12', etag: '"a"', 'x-empty': '', 'x-many': ['1', '2'] },
      framing: { kind: 'length', bytes: 12 },
      keepsOpen: true,
    });
  });

  for (const [what, text, bodiless, framing, keepsOpen] of [
    ['chunks', `${OK}\r\ntransfer-encoding: Chunked`, false, { kind: 'chunked' }, true],
    ['nothing said', OK, false, { kind: 'until-close' }, false],
    ['HEAD', `${OK}\r\ncontent-length: 12`, true, { kind: 'length', bytes: 0 }, true],
    ['204', 'HTTP/1.1 204 No Content', false, { kind: 'length', bytes: 0 }, true],
    ['304', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 7', false, { kind: 'length', bytes: 0 }, true],
    ['no reason', 'HTTP/1.1 200\r\ncontent-length: 0', false, { kind: 'length', bytes: 0 }, true],
    ['close', `${OK}\r\ncontent-length: 1\r\nConnection: Close`, false, { kind: 'length', bytes: 1 }, false],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1', false, { kind: 'length', bytes: 1 }, false],
    [
      'HTTP/1.0 kept alive',
      'HTTP/1.0 200 OK\r\ncontent-length: 1\r\nconnection: keep-alive',
      false,
      { kind: 'length', bytes: 1 },
      true,
    ],
  ] as const) {
    it(`knows the end for ${what}`, () => {
      expect(parseResponseHead(text, bodiless)).to.deep.include({ framing, keepsOpen });
    });
  }

  for (const [what, text] of [
    ['another protocol', 'SSH-2.0-OpenSSH_9.2'],
    ['another version', 'HTTP/2 200'],
    ['no status', 'HTTP/1.1 OK'],
    ['a status out of range', 'HTTP/1.1 999 Much'],
    ['two lengths', `${OK}\r\ncontent-length: 5\r\ncontent-length: 6`],
    ['a list of lengths', `${OK}\r\ncontent-length: 5, 5`],
    ['a length with a sign', `${OK}\r\ncontent-length: +5`],
    ['a length that is no length', `${OK}\r\ncontent-length: 0x10`],
    ['a length beyond all numbers', `${OK}\r\ncontent-length: 99999999999999999999`],
    ['an empty length', `${OK}\r\ncontent-length:`],
    ['length and chunks', `${OK}\r\ncontent-length: 5\r\ntransfer-encoding: chunked`],
    ['an encoding of another kind', `${OK}\r\ntransfer-encoding: gzip, chunked`],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked'],
    ['a header without colon', `${OK}\r\nserver`],
    ['a header without name', `${OK}\r\n: a`],
    ['a space before the colon', `${OK}\r\nserver : a`],
    ['a folded header', `${OK}\r\nserver: a\r\n b`],
    ['a bare line feed', `${OK}\r\nserver: a\nx: b`],
    ['a bare carriage return', `${OK}\r\nserver: a\rx: b`],
    ['a zero byte', `${OK}\r\nserver: a\0`],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => parseResponseHead(text, false))
        .to.throw(HttpError)
        .with.property('code', 'malformed-answer');
    });
  }

  it('keeps names that mean something to JavaScript as what they are', () => {
    const { headers } = parseResponseHead(`${OK}\r\n__proto__: a\r\nconstructor: b\r\ncontent-length: 0`, false);
    expect(Object.keys(headers)).to.deep.equal(['__proto__', 'constructor', 'content-length']);
    expect(Object.getPrototypeOf(headers)).to.equal(null);
  });

  it('answers any text with a head or an HttpError', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            'content-length',
            ':',
            ' ',
            '5',
            ',',
            '\r\n',
            '\n',
            'transfer-encoding',
            'chunked',
            '\t',
            'é',
          ),
        )
        .map((parts) => `${OK}\r\n${parts.join('')}`),
    );
    fc.assert(
      fc.property(text, (head) => {
        try {
          const { framing } = parseResponseHead(head, false);
          return framing.kind !== 'length' || Number.isSafeInteger(framing.bytes);
        } catch (error) {
          return error instanceof HttpError;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
