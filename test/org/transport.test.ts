import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { localhostCertificate } from '@file-migration/kit/localhost-certificate';
import { transportTo, type Transport, type TransportAnswer } from '../../plugin/src/org/transport.ts';

const GET = { method: 'GET', headers: {}, body: undefined, signal: undefined };

describe('The transport to an org', () => {
  let server: Server;
  let origin: string;
  let connections: number;
  let transport: Transport;

  async function serve(answer: RequestListener, silenceMs = 5000): Promise<void> {
    connections = 0;
    server = createServer(answer)
      .on('connection', () => connections++)
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${portOf(server)}`;
    transport = transportTo(origin, silenceMs);
  }

  afterEach(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });

  it('carries what is asked and what is answered, over one connection', async () => {
    await serve((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        response.end(JSON.stringify([method, url, headers.accept, headers['content-length'], body]));
      });
    });
    const bodies = [undefined, 'ä'.repeat(3), Buffer.from('bytes'), ''];
    for (const body of bodies) {
      const request = { method: 'POST', headers: { accept: 'application/json' }, body, signal: undefined };
      const length = String(Buffer.byteLength(body ?? ''));
      expect(await textOf(transport.send('/a?b=c%20d', request))).to.equal(
        JSON.stringify(['POST', '/a?b=c%20d', 'application/json', length, String(body ?? '')]),
      );
    }
    expect(connections).to.equal(1);
  });

  it('follows no redirect', async () => {
    await serve((_, response) => response.writeHead(302, { location: 'http://evil.example/' }).end());
    expect((await transport.send('/', GET)).status).to.equal(302);
  });

  for (const coding of ['gzip', 'GZIP', 'x-gzip']) {
    it(`decompresses ${coding}`, async () => {
      const content = randomBytes(300_000).toString('hex');
      await serve((_, response) => response.setHeader('content-encoding', coding).end(gzipSync(content)));
      expect((await textOf(transport.send('/', GET))) === content).to.equal(true);
    });
  }

  for (const [name, encoding, bytes] of [
    ['a plain answer', 'identity', Buffer.alloc(1000)],
    ['a compressed answer', 'gzip', gzipSync(randomBytes(1000))],
  ] as const) {
    it(`never ends ${name} that breaks off as if it were whole`, async () => {
      await serve((_, response) => {
        response.writeHead(200, { 'content-encoding': encoding, 'content-length': bytes.length });
        response.write(bytes.subarray(0, 700), () => setTimeout(() => response.destroy(), 50));
      });
      expect(await codeOf(textOf(transport.send('/', GET)))).to.be.oneOf(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);
    });
  }

  it('gives up on a server that falls silent in its answer, and leaves time to a slow reader', async () => {
    const content = randomBytes(4 * 1024 * 1024);
    await serve((request, response) => {
      if (request.url === '/silent') response.writeHead(200, { 'content-length': 100 }).write('half');
      else response.end(content);
    }, 500);
    const silent = await transport.send('/silent', GET);
    expect(await codeOf(text(silent.body))).to.equal('ETIMEDOUT');
    const slow = await transport.send('/', GET);
    slow.body.once('readable', () => undefined);
    await delay(1200);
    expect((await buffer(slow.body)).equals(content)).to.equal(true);
  });

  it('ends with the reason of its signal, before and after the answer has begun', async () => {
    await serve((request, response) => {
      if (request.url === '/begun') response.writeHead(200, { 'content-length': 100 }).write('half');
    });
    for (const path of ['/', '/begun']) {
      const abort = new AbortController();
      const answer = textOf(transport.send(path, { ...GET, signal: abort.signal }));
      setTimeout(() => abort.abort(new Error('Ctrl-C')), 50);
      expect(await answer.catch((error: unknown) => (error as Error).message)).to.equal('Ctrl-C');
    }
    const gone = AbortSignal.abort(new Error('Ctrl-C before'));
    expect(
      await transport.send('/', { ...GET, signal: gone }).catch((error: unknown) => (error as Error).message),
    ).to.equal('Ctrl-C before');
  });

  it('leaves nothing on its signal and on its connection, however many requests there were', async () => {
    await serve((_, response) => response.end('x'));
    const abort = new AbortController();
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    try {
      for (let nth = 0; nth < 30; nth++) await textOf(transport.send('/', { ...GET, signal: abort.signal }));
      await delay(10);
    } finally {
      process.off('warning', warned);
    }
    expect([connections, warnings]).to.deep.equal([1, []]);
  });

  it('speaks TLS, with whom the machine trusts', async () => {
    const { cert, key } = await localhostCertificate();
    await serve((_, response) => response.end());
    const secure = createSecureServer({ cert, key }, (_, response) => response.end('safe')).listen(0, 'localhost');
    await once(secure, 'listening');
    const before = getCACertificates('default');
    const address = `https://localhost:${portOf(secure)}`;
    try {
      const strangers = transportTo(address, 5000);
      expect(await codeOf(strangers.send('/', GET))).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
      strangers.close();
      setDefaultCACertificates([...before, cert]);
      const friends = transportTo(address, 5000);
      for (let nth = 0; nth < 2; nth++) expect(await textOf(friends.send('/', GET))).to.equal('safe');
      friends.close();
    } finally {
      setDefaultCACertificates(before);
      secure.closeAllConnections();
      secure.close();
    }
  });

  describe('behind a proxy', () => {
    let proxy: Server;
    let asked: string[];

    beforeEach(async () => {
      asked = [];
      proxy = createServer().on('connect', (request, client, head) => {
        asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`);
        if (request.headers['proxy-authorization'] === undefined) {
          client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
          return;
        }
        const [host, port] = (request.url ?? '').split(':');
        const tunnel = connect(Number(port), host, () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          tunnel.write(head);
          tunnel.pipe(client).pipe(tunnel);
        });
        for (const socket of [client, tunnel]) socket.on('error', () => undefined);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      await serve((_, response) => response.end('through'));
    });

    afterEach(() => {
      proxy.close();
    });

    it('goes through the one that the environment names, as whom it names', async () => {
      await withEnvironment({ http_proxy: `http://user:secret@127.0.0.1:${portOf(proxy)}` }, async () => {
        const behind = transportTo(origin, 5000);
        expect(await textOf(behind.send('/', GET))).to.equal('through');
        expect(asked).to.deep.equal([`${new URL(origin).host} Basic ${btoa('user:secret')}`]);
        behind.close();
      });
    });

    it('ends with the reason of its signal while the way to the proxy is being made', async () => {
      await withEnvironment({ http_proxy: `http://user:secret@127.0.0.1:${portOf(proxy)}` }, async () => {
        const behind = transportTo(origin, 5000);
        const abort = new AbortController();
        const answer = textOf(behind.send('/', { ...GET, signal: abort.signal }));
        abort.abort(new Error('Ctrl-C'));
        expect(await answer.catch((error: unknown) => (error as Error).message)).to.equal('Ctrl-C');
        behind.close();
      });
      expect(asked).to.deep.equal([]);
    });

    it('says what the proxy says when it refuses', async () => {
      await withEnvironment({ http_proxy: `http://127.0.0.1:${portOf(proxy)}` }, async () => {
        const behind = transportTo(origin, 5000);
        expect((await behind.send('/', GET)).status).to.equal(407);
        behind.close();
      });
    });

    it('goes straight to hosts that the environment excepts', async () => {
      await withEnvironment({ http_proxy: 'http://127.0.0.1:1', no_proxy: '127.0.0.1' }, async () => {
        const straight = transportTo(origin, 5000);
        expect(await textOf(straight.send('/', GET))).to.equal('through');
        straight.close();
      });
      expect(asked).to.deep.equal([]);
    });
  });
});

async function textOf(answer: Promise<TransportAnswer>): Promise<string> {
  return await text((await answer).body);
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function withEnvironment(values: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, values);
  try {
    await work();
  } finally {
    for (const name of Object.keys(values)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}
