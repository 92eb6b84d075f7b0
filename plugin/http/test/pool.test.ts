import { assert, expect } from 'chai';
import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { HttpAnswer, HttpClientOptions, HttpRequest } from '@file-migration/http/messages';
import { localhostCertificate } from '@file-migration/kit/localhost-certificate';
import { HttpPool } from '@file-migration/http/pool';
import { inPieces, rawServer } from './raw-server.ts';

const { signal } = new AbortController();
const MIB = 1024 * 1024;

function pool(options: Partial<HttpClientOptions> = {}): HttpPool & Disposable {
  const made = new HttpPool({ connections: 4, connectTimeoutMs: 2000, idleTimeoutMs: 2000, ...options });
  return Object.assign(made, { [Symbol.dispose]: () => made.close() });
}

function asked(origin: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { origin, method: 'GET', path: '/a', headers: {}, ...more };
}

async function text(answer: Promise<HttpAnswer>): Promise<string> {
  return (await (await answer).body.bytes(MIB)).toString('latin1');
}

async function code(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

async function httpServer(answer: RequestListener): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers each request of a connection with the next text; after the last one it hangs up. */
function answering(...texts: readonly string[]): (socket: Socket, requests: AsyncIterable<string>) => Promise<void> {
  return async (socket, requests) => {
    let nth = 0;
    for await (const request of requests) {
      assert(request !== '');
      socket.write(texts[nth++] ?? '', 'latin1');
      if (nth >= texts.length) socket.end();
    }
  };
}

const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

describe('requests of the hot path', () => {
  describe('the answer', () => {
    it('is read the same however it is framed, cut and wanted', async () => {
      let reply: Buffer = Buffer.alloc(0);
      let cuts: readonly number[] = [];
      let closes = false;
      await using server = await rawServer(async (socket, requests) => {
        for await (const request of requests) {
          assert(request.startsWith('GET '));
          for (const piece of inPieces(reply, cuts)) {
            socket.write(piece);
            await turn();
          }
          if (closes) socket.end();
        }
      });
      using requests = pool();
      const bodies = fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 0, max: 600_000 }).map((size) => randomBytes(size)),
      );
      await fc.assert(
        fc.asyncProperty(
          bodies,
          fc.constantFrom('length', 'chunked', 'close'),
          fc.constantFrom('into', 'fill', 'drain'),
          fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }),
          async (content, framing, reading, lengths) => {
            const body = Buffer.from(content);
            // A hundred pieces are enough; a byte at a time is for short ones.
            cuts = lengths.map((length) => Math.max(length, Math.ceil(body.length / 100)));
            closes = framing === 'close';
            reply = framed(body, framing);
            const answer = await requests.exchange(asked(server.origin), signal);
            const read = await readAs(answer, reading, body.length);
            expect(read.equals(body), `${framing} ${reading} ${body.length}`).to.equal(true);
          },
        ),
        { numRuns: 150 },
      );
    });

    it('waits for a reader that has no memory yet, and holds little of it meanwhile', async () => {
      const content = randomBytes(24 * MIB);
      await using server = await httpServer((_request, response) => response.end(content));
      using requests = pool();
      const { body } = await requests.exchange(asked(server.origin), signal);
      const before = process.memoryUsage().arrayBuffers;
      await delay(300);
      expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(8 * MIB);
      const hash = createHash('sha256');
      const memory = Buffer.alloc(5 * MIB);
      let size = 0;
      for (;;) {
        const bytes = await body.fill(memory, (piece) => hash.update(piece));
        size += bytes;
        if (await body.ended()) break;
        await delay(5);
      }
      expect(size).to.equal(content.length);
      expect(hash.digest('hex')).to.equal(createHash('sha256').update(content).digest('hex'));
    });

    it('is refused when it is longer than the memory for it', async () => {
      await using server = await httpServer((_request, response) => {
        response.write('hello');
        response.end('world');
      });
      using requests = pool();
      const { body } = await requests.exchange(asked(server.origin), signal);
      expect(await code(body.into(Buffer.alloc(7)))).to.equal('long-body');
    });

    it('skips what servers say in between', async () => {
      await using server = await rawServer(
        answering(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${HELLO}`),
      );
      using requests = pool();
      expect(await text(requests.exchange(asked(server.origin), signal))).to.equal('hello');
    });

    for (const [what, reply] of [
      ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
      ['an endless head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
      ['two ends', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello'],
      ['nothing but promises', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)],
      ['another protocol from here on', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ] as const) {
      it(`is refused when it is ${what}`, async () => {
        await using server = await rawServer((socket) => void socket.write(reply));
        using requests = pool();
        expect(await code(requests.exchange(asked(server.origin), signal))).to.equal('malformed-answer');
      });
    }

    it('is never whole when the connection ends before it', async () => {
      for (const [reply, expected] of [
        ['', 'connection-closed'],
        ['HTTP/1.1 200 OK\r\ncontent-le', 'connection-closed'],
        ['HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello', 'connection-closed'],
        ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n', 'connection-closed'],
        ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n', 'malformed-answer'],
      ] as const) {
        await using server = await rawServer(answering(reply));
        using requests = pool();
        expect(await code(text(requests.exchange(asked(server.origin), signal))), reply).to.equal(expected);
      }
    });
  });

  describe('connections', () => {
    it('are kept from one request to the next, and never more than allowed', async () => {
      let most = 0;
      let now = 0;
      await using server = await rawServer(async (socket, requests) => {
        for await (const request of requests) {
          assert(request.startsWith('GET '));
          most = Math.max(most, ++now);
          await delay(5);
          now--;
          socket.write(HELLO);
        }
      });
      using requests = pool({ connections: 3 });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => text(requests.exchange(asked(server.origin), signal))),
      );
      expect(new Set(answers)).to.deep.equal(new Set(['hello']));
      expect(most).to.equal(3);
      expect(server.connections()).to.equal(3);
    });

    it('are kept after HEAD, 304 and an error', async () => {
      await using server = await rawServer(
        answering(
          'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n',
          'HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n',
          'HTTP/1.1 503 Slow Down\r\ncontent-length: 2\r\n\r\nno',
          HELLO,
        ),
      );
      using requests = pool();
      expect(await requests.exchange(asked(server.origin, { method: 'HEAD' }), signal)).to.include({ status: 200 });
      expect(await requests.exchange(asked(server.origin), signal)).to.include({ status: 304 });
      expect(await text(requests.exchange(asked(server.origin), signal))).to.equal('no');
      expect(await text(requests.exchange(asked(server.origin), signal))).to.equal('hello');
      expect(server.connections()).to.equal(1);
    });

    it('are not used again once something came that nobody asked for', async () => {
      const sneaky = `${HELLO}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`;
      await using server = await rawServer(answering(sneaky, HELLO, HELLO));
      using requests = pool({ connections: 1 });
      const first = await code(text(requests.exchange(asked(server.origin), signal)));
      expect(first).to.equal('malformed-answer');
      await using later = await rawServer(async (socket, heads) => {
        for await (const head of heads) {
          assert(head !== '');
          socket.write(HELLO);
          await delay(20);
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
        }
      });
      expect(await text(requests.exchange(asked(later.origin), signal))).to.equal('hello');
      await delay(60);
      expect(await text(requests.exchange(asked(later.origin), signal))).to.equal('hello');
      expect(later.connections()).to.equal(2);
    });

    it('that the other side has closed meanwhile cost a read nothing, and are reported to a write', async () => {
      // The second request of every connection is answered by hanging up.
      await using server = await rawServer(async (socket, requests) => {
        let nth = 0;
        for await (const request of requests) {
          assert(request.startsWith('GET '));
          if (nth++ === 0) socket.write(HELLO);
          else socket.destroy();
        }
      });
      using requests = pool({ connections: 1 });
      for (let nth = 0; nth < 4; nth++) {
        expect(await text(requests.exchange(asked(server.origin), signal))).to.equal('hello');
      }
      const put = requests.exchange(asked(server.origin, { method: 'PUT', body: Buffer.from('x') }), signal);
      expect(await code(put)).to.be.oneOf(['connection-closed', 'ECONNRESET']);
    });

    it('are given up when the answer came before the request was sent', async () => {
      await using server = await rawServer((socket) => {
        socket.pause();
        socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
      });
      using requests = pool({ connections: 1 });
      const body = Buffer.alloc(32 * MIB);
      for (let nth = 0; nth < 2; nth++) {
        expect(await text(requests.exchange(asked(server.origin, { method: 'PUT', body }), signal))).to.equal('no');
      }
      expect(server.connections()).to.equal(2);
    });

    it('are closed by the pool, and with them whatever is under way or waits', async () => {
      await using server = await rawServer(() => undefined);
      const requests = pool({ connections: 1 });
      const all = [1, 2, 3].map(() => code(requests.exchange(asked(server.origin), signal)));
      await delay(20);
      requests.close();
      expect(await Promise.all(all)).to.deep.equal(['connection-closed', 'connection-closed', 'connection-closed']);
      expect(await code(requests.exchange(asked(server.origin), signal))).to.equal('connection-closed');
    });

    it('that cannot be made say why, to everybody who waits', async () => {
      const server = await rawServer(() => undefined);
      await server[Symbol.asyncDispose]();
      using requests = pool({ connections: 1 });
      const all = [1, 2, 3].map(() => code(requests.exchange(asked(server.origin), signal)));
      expect(await Promise.all(all)).to.deep.equal(['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);
    });
  });

  describe('time', () => {
    it('is limited for connecting, for the headers and for the body, but not while the reader waits', async () => {
      using requests = pool({ idleTimeoutMs: 150, connectTimeoutMs: 150 });
      // TEST-NET-1 answers nobody: https://www.rfc-editor.org/rfc/rfc5737
      expect(await code(requests.exchange(asked('http://192.0.2.1'), signal))).to.be.oneOf([
        'connect-time-out',
        'ENETUNREACH',
        'EHOSTUNREACH',
        'ECONNREFUSED',
        'connection-closed',
      ]);
      await using silent = await rawServer(() => undefined);
      expect(await code(requests.exchange(asked(silent.origin), signal))).to.equal('headers-time-out');
      await using slow = await rawServer(
        (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhe'),
      );
      expect(await code(text(requests.exchange(asked(slow.origin), signal)))).to.equal('body-time-out');
      await using server = await httpServer((_request, response) => response.end(randomBytes(8 * MIB)));
      const { body } = await requests.exchange(asked(server.origin), signal);
      await delay(500);
      expect(await body.into(Buffer.alloc(8 * MIB))).to.equal(8 * MIB);
    });

    it('runs anew with every byte, also of a long upload', async () => {
      await using server = await rawServer(async (socket) => {
        let received = 0;
        for await (const chunk of socket as AsyncIterable<Buffer>) {
          received += chunk.length;
          if (received % (3 * MIB) < chunk.length) await delay(80);
          if (received > 24 * MIB) socket.write(HELLO);
        }
      });
      using requests = pool({ idleTimeoutMs: 400 });
      const body = Buffer.alloc(24 * MIB);
      expect(await text(requests.exchange(asked(server.origin, { method: 'PUT', body }), signal))).to.equal('hello');
    });

    it('may be longer for a request that says so', async () => {
      await using server = await rawServer(async (socket, requests) => {
        for await (const request of requests) {
          assert(request.startsWith('GET '));
          await delay(300);
          socket.write(HELLO);
        }
      });
      using requests = pool({ idleTimeoutMs: 100 });
      expect(await text(requests.exchange(asked(server.origin, { headersTimeoutMs: 2000 }), signal))).to.equal('hello');
      expect(await code(requests.exchange(asked(server.origin), signal))).to.equal('headers-time-out');
    });
  });

  describe('cancelling', () => {
    it('ends a request that waits, one that was sent and one that is answered, and lets the next one through', async () => {
      let stalls = true;
      await using server = await rawServer(async (socket, requests) => {
        for await (const request of requests) {
          if (!stalls) socket.write(HELLO);
          else if (request.includes('/body')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhe');
        }
      });
      using requests = pool({ connections: 1 });
      const cancel = new AbortController();
      const { body } = await requests.exchange(asked(server.origin, { path: '/body' }), cancel.signal);
      const reading = code(body.into(Buffer.alloc(9)));
      const waiting = code(requests.exchange(asked(server.origin), cancel.signal));
      cancel.abort(Object.assign(new Error('enough'), { code: 'enough' }));
      expect(await reading).to.equal('enough');
      expect(await waiting).to.equal('enough');
      const second = new AbortController();
      const sent = code(requests.exchange(asked(server.origin), second.signal));
      await delay(20);
      second.abort(Object.assign(new Error('enough'), { code: 'enough' }));
      expect(await sent).to.equal('enough');
      stalls = false;
      expect(await text(requests.exchange(asked(server.origin), signal))).to.equal('hello');
      expect(await code(requests.exchange(asked(server.origin), second.signal))).to.equal('enough');
    });

    it('of a body closes its connection', async () => {
      await using server = await httpServer((_request, response) => response.end(randomBytes(16 * MIB)));
      using requests = pool({ connections: 1 });
      for (let nth = 0; nth < 3; nth++) {
        const { body } = await requests.exchange(asked(server.origin), signal);
        body.cancel();
        expect(await code(body.into(Buffer.alloc(10)))).to.equal('cancelled');
      }
    });
  });

  describe('the request', () => {
    it('arrives as it was meant, with and without a body', async () => {
      const seen: string[] = [];
      await using server = await httpServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { 'content-length': length = 'none', 'x-name': name = '' } = request.headers;
          seen.push([request.method, request.url, length, String(name), Buffer.concat(chunks).length].join(' '));
          response.end();
        });
      });
      using requests = pool();
      const headers = { 'x-name': 'caf\u00e9' };
      for (const request of [
        asked(server.origin, { headers }),
        asked(server.origin, { method: 'PUT', path: '/b%20c?d=e' }),
        asked(server.origin, { method: 'PUT', body: Buffer.alloc(3 * MIB) }),
        asked(server.origin, { method: 'POST', body: Buffer.from('x') }),
        asked(server.origin, { method: 'DELETE' }),
      ]) {
        await text(requests.exchange(request, signal));
      }
      expect(seen).to.deep.equal([
        'GET /a none caf\u00e9 0',
        'PUT /b%20c?d=e 0  0',
        `PUT /a ${3 * MIB}  ${3 * MIB}`,
        'POST /a 1  1',
        'DELETE /a none  0',
      ]);
    });

    for (const [what, more] of [
      ['a line break in a header', { headers: { 'x-a': 'b\r\nx-c: d' } }],
      ['a line feed in a header', { headers: { 'x-a': 'b\nc' } }],
      ['a character that is no byte', { headers: { 'x-a': '\u20ac' } }],
      ['a name that is none', { headers: { 'x a': 'b' } }],
      ['a space in the path', { path: '/a b' }],
      ['a line break in the path', { path: '/a\r\nx: y' }],
    ] as const) {
      it(`is never sent with ${what}`, async () => {
        await using server = await rawServer(answering(HELLO));
        using requests = pool();
        expect(await code(requests.exchange(asked(server.origin, more), signal))).to.equal('unsendable-request');
        expect(server.connections()).to.equal(0);
      });
    }
  });

  describe('over TLS', () => {
    it('reads and writes as without, goes on with its session, and refuses a certificate that nobody vouches for', async () => {
      const { cert, key } = await localhostCertificate();
      const content = randomBytes(9 * MIB);
      const sessions: boolean[] = [];
      const server = createSecureServer({ cert, key }, (request, response) => {
        request.resume().once('end', () => response.end(content));
      }).listen(0, 'localhost');
      server.on('secureConnection', (socket) => sessions.push(socket.isSessionReused()));
      await once(server, 'listening');
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
      const before = getCACertificates('default');
      try {
        using strangers = pool();
        expect(await code(strangers.exchange(asked(origin), signal))).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
        setDefaultCACertificates([...before, cert]);
        using friends = pool();
        const memory = Buffer.alloc(content.length);
        for (let nth = 0; nth < 3; nth++) {
          const { body } = await friends.exchange(asked(origin, { method: 'PUT', body: content }), signal);
          // Every other time the connection is given up, so that the next one has to be made.
          if (nth === 1) body.cancel();
          else expect(await body.into(memory)).to.equal(content.length);
          expect(nth === 1 || memory.equals(content)).to.equal(true);
        }
        expect(sessions.at(-1)).to.equal(true);
      } finally {
        setDefaultCACertificates(before);
        server.closeAllConnections();
        server.close();
      }
    });
  });
});

function framed(body: Buffer, framing: 'length' | 'chunked' | 'close'): Buffer {
  switch (framing) {
    case 'length':
      return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`), body]);
    case 'close':
      return Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body]);
    case 'chunked': {
      const chunks = inPieces(body, [1, 1000, 70_000]).flatMap((piece) => [
        Buffer.from(`${piece.length.toString(16)}\r\n`),
        piece,
        Buffer.from('\r\n'),
      ]);
      return Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
        ...chunks,
        Buffer.from('0\r\n\r\n'),
      ]);
    }
  }
}

async function readAs({ body }: HttpAnswer, reading: 'into' | 'fill' | 'drain', size: number): Promise<Buffer> {
  const tapped: Buffer[] = [];
  const tap = (piece: Buffer): void => void tapped.push(Buffer.from(piece));
  switch (reading) {
    case 'into': {
      const memory = Buffer.alloc(size);
      const bytes = await body.into(memory, tap);
      expect(Buffer.concat(tapped).equals(memory)).to.equal(true);
      return memory.subarray(0, bytes);
    }
    case 'fill': {
      const parts: Buffer[] = [];
      while (!(await body.ended())) {
        const memory = Buffer.alloc(100_000);
        parts.push(memory.subarray(0, await body.fill(memory, tap)));
      }
      expect(Buffer.concat(tapped).equals(Buffer.concat(parts))).to.equal(true);
      return Buffer.concat(parts);
    }
    case 'drain': {
      expect(await body.drain(tap)).to.equal(size);
      return Buffer.concat(tapped);
    }
  }
}
