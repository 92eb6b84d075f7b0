import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { HttpClient, HttpClientOptions, HttpRequest } from '@file-migration/http/messages';
import { HttpPool } from '@file-migration/http/pool';
import { UndiciClient } from '@file-migration/http/undici-client';
import { localhostCertificate } from '@file-migration/kit/localhost-certificate';
import { connectProxy } from './connect-proxy.ts';

const { signal } = new AbortController();
const MIB = 1024 * 1024;
const content = randomBytes(3 * MIB + 17);

const answer: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/chunked') {
    response.writeHead(200);
    response.write(content.subarray(0, MIB));
    response.end(content.subarray(MIB));
  } else if (pathname === '/cut') {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, MIB), () => response.socket?.destroy());
  } else if (pathname === '/silent') {
    // no answer
  } else if (request.method === 'PUT') {
    const hash = createHash('sha256');
    request.on('data', (bytes: Buffer) => hash.update(bytes));
    request.on('end', () => response.end(hash.digest('hex')));
  } else {
    response.writeHead(200, { 'content-length': content.length, 'x-asked': request.url });
    response.end(request.method === 'HEAD' ? undefined : content);
  }
};

async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown; name?: string }).code ?? (error as Error).name,
  );
}

const clients: Record<string, (options: HttpClientOptions) => HttpClient> = {
  'the built-in client': (options) => new HttpPool(options),
  undici: (options) => new UndiciClient(options),
};

for (const [name, make] of Object.entries(clients)) {
  const open = (options: Partial<HttpClientOptions> = {}): HttpClient & Disposable => {
    const client = make({ connections: 4, connectTimeoutMs: 5000, idleTimeoutMs: 5000, ...options });
    return Object.assign(client, { [Symbol.dispose]: () => client.close() });
  };
  const get = (origin: string, path = '/file', more: Partial<HttpRequest> = {}): HttpRequest => ({
    origin,
    method: 'GET',
    path,
    headers: {},
    ...more,
  });

  describe(`${name} as a client of the copying path`, () => {
    it('reads a body of known length, and one in chunks, into memory of the caller', async () => {
      await using server = await listening(createServer(answer));
      using client = open();
      const origin = `http://localhost:${server.port}`;
      for (const path of ['/file', '/chunked']) {
        const { status, body } = await client.exchange(get(origin, path), signal);
        const memory = Buffer.alloc(content.length);
        expect(status).to.equal(200);
        expect(await body.into(memory)).to.equal(content.length);
        expect(memory.equals(content)).to.equal(true);
      }
    });

    it('sends a body with PUT, and asks with HEAD without waiting for a body', async () => {
      await using server = await listening(createServer(answer));
      using client = open();
      const origin = `http://localhost:${server.port}`;
      const put = await client.exchange(get(origin, '/new', { method: 'PUT', body: content }), signal);
      expect((await put.body.bytes(100)).toString()).to.equal(createHash('sha256').update(content).digest('hex'));
      const head = await client.exchange(get(origin, '/a%20b?c=d', { method: 'HEAD' }), signal);
      expect(head.headers).to.include({ 'content-length': String(content.length), 'x-asked': '/a%20b?c=d' });
      expect(await head.body.ended()).to.equal(true);
    });

    it('throws when a body ends early, and never passes it off as whole', async () => {
      await using server = await listening(createServer(answer));
      using client = open();
      const { body } = await client.exchange(get(`http://localhost:${server.port}`, '/cut'), signal);
      expect(await codeOf(body.into(Buffer.alloc(content.length)))).to.be.oneOf(['connection-closed', 'ECONNRESET']);
    });

    it('gives up when the answer does not come, and when its caller does', async () => {
      await using server = await listening(createServer(answer));
      using client = open();
      const silent = get(`http://localhost:${server.port}`, '/silent');
      expect(await codeOf(client.exchange({ ...silent, headersTimeoutMs: 100 }, signal))).to.equal('headers-time-out');
      const stop = new AbortController();
      const asked = codeOf(client.exchange(silent, stop.signal));
      stop.abort(new DOMException('Enough.', 'AbortError'));
      expect(await asked).to.be.oneOf(['AbortError', 20]);
    });

    it('refuses to send what HTTP cannot carry', async () => {
      using client = open();
      const odd = get('http://localhost:1', '/a', { headers: { 'x-a': 'b\r\nx-c: d' } });
      expect(await codeOf(client.exchange(odd, signal))).to.equal('unsendable-request');
    });

    for (const protocol of ['http', 'https'] as const) {
      it(`reaches ${protocol} origins through a proxy that wants a password`, async () => {
        const certificate = await localhostCertificate();
        const trusted = getCACertificates('default');
        setDefaultCACertificates([...trusted, certificate.cert]);
        try {
          const made = protocol === 'https' ? createSecureServer(certificate, answer) : createServer(answer);
          await using server = await listening(made);
          await using proxy = await connectProxy();
          using client = open({ proxyFor: () => proxy.url });
          const origin = `${protocol}://localhost:${server.port}`;
          for (const path of ['/file', '/chunked', '/file']) {
            const { body } = await client.exchange(get(origin, path), signal);
            const hash = createHash('sha256');
            expect(await body.drain((bytes) => hash.update(bytes))).to.equal(content.length);
            expect(hash.digest('hex')).to.equal(createHash('sha256').update(content).digest('hex'));
          }
          const put = await client.exchange(get(origin, '/new', { method: 'PUT', body: content }), signal);
          expect((await put.body.bytes(100)).length).to.equal(64);
          expect(new Set(proxy.asked)).to.deep.equal(new Set([`localhost:${server.port}`]));
        } finally {
          setDefaultCACertificates(trusted);
        }
      });
    }

    it('says which proxy refused, and why', async () => {
      await using proxy = await connectProxy({ answer: '403 Not from here' });
      using client = open({ proxyFor: () => proxy.url });
      const error: unknown = await client
        .exchange(get('https://localhost:9'), signal)
        .catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(Error);
      expect(error).to.include({ code: 'proxy-refused' });
      expect((error as Error).message).to.include('403');
      expect((error as Error).message).not.to.include('p@ss');
    });
  });
}

describe('a proxy before a client that may not go everywhere', () => {
  const refusing: LookupFunction = (hostname, _options, callback) => {
    const code = hostname === 'only-the-proxy-knows.example' ? 'ENOTFOUND' : 'forbidden-address';
    callback(Object.assign(new Error(`${hostname}: ${code}`), { code }), '');
  };

  const clientBehind = (proxy: { readonly url: URL }): HttpPool =>
    new HttpPool({
      connections: 1,
      connectTimeoutMs: 5000,
      idleTimeoutMs: 5000,
      lookup: refusing,
      proxyFor: () => proxy.url,
    });

  it('is not asked for a host that the client may not reach', async () => {
    await using proxy = await connectProxy();
    const client = clientBehind(proxy);
    const asked = client.exchange({ origin: 'http://inside.example', method: 'GET', path: '/', headers: {} }, signal);
    expect(await codeOf(asked)).to.equal('forbidden-address');
    expect(proxy.asked).to.deep.equal([]);
    client.close();
  });

  it('is asked for a host that only the proxy can resolve', async () => {
    await using server = await listening(createServer(answer));
    await using proxy = await connectProxy();
    const client = clientBehind(proxy);
    const origin = `http://only-the-proxy-knows.example:${server.port}`;
    const { status, body } = await client.exchange({ origin, method: 'GET', path: '/file', headers: {} }, signal);
    expect(status).to.equal(200);
    expect(await body.drain(() => undefined)).to.equal(content.length);
    client.close();
  });
});
