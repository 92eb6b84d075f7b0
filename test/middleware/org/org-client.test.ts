import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { localhostCertificate } from '@file-migration/kit/localhost-certificate';
import { OrgAddressError, OrgClient, type OrgClientOptions } from '../../../middleware/src/org/org-client.ts';

describe('The client that asks the org', () => {
  let server: Server;
  let client: OrgClient;
  let answer: RequestListener;
  /** Ports of the connections that requests came by. */
  let connections: (number | undefined)[];

  beforeEach(async () => {
    connections = [];
    answer = (_request, response) => response.end('{"a":1}');
    server = createServer((request, response) => {
      connections.push(request.socket.remotePort);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  const clientOf = (orgUrl: string, changes: Partial<OrgClientOptions> = {}): OrgClient =>
    new OrgClient({ orgUrl, timeoutSeconds: 1, mostConnections: 2, mostWaiting: 2, proxyEnv: {}, ...changes });

  const failure = async (): Promise<Error> =>
    client.get('/x', 'token').then(
      () => expect.fail('there was an answer'),
      (error: unknown) => error as Error,
    );

  it('sends the token and what it wants, and keeps the connection', async () => {
    const heard: unknown[] = [];
    answer = ({ method, url, headers: { authorization, accept } }, response) => {
      heard.push({ method, url, authorization, accept });
      response.writeHead(206).end('{"a":[2]}');
    };
    expect(await client.get('/x?q=%27', 'token')).to.deep.include({ status: 206, json: { a: [2] } });
    await client.get('/x?q=%27', 'token');
    expect(heard[0]).to.deep.equal({
      method: 'GET',
      url: '/x?q=%27',
      authorization: 'Bearer token',
      accept: 'application/json',
    });
    expect(new Set(connections)).to.have.property('size', 1);
  });

  it('gives the status of what is no JSON', async () => {
    answer = (_request, response) => response.writeHead(503).end('<html>');
    expect(await client.get('/x', 'token')).to.deep.include({ status: 503, json: undefined });
  });

  it('does not follow a redirect with the token, and says where the org has moved', async () => {
    answer = (_request, response) => response.writeHead(301, { location: 'https://new.my.salesforce.com/x?a=b' }).end();
    expect(await failure())
      .to.be.instanceOf(OrgAddressError)
      .and.to.have.property('message')
      .that.includes('new.my.salesforce.com')
      .and.does.not.include('a=b');
    expect(connections).to.have.length(1);
  });

  it('says by code and host why nothing came: no name, closed port, untrusted certificate, cut connection, silence', async () => {
    const { key, cert } = await localhostCertificate();
    const untrusted = createTlsServer({ key, cert }, (_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    const cut = createTcpServer((socket) => socket.on('data', () => socket.destroy())).listen(0, '127.0.0.1');
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    try {
      await Promise.all([untrusted, cut, silent].map((one) => once(one, 'listening')));
      const portOf = (one: { address(): unknown }): number => (one.address() as AddressInfo).port;
      const expected: readonly [url: string, message: RegExp][] = [
        ['https://no-such-org.my.salesforce.invalid', /^(ENOTFOUND|EAI_AGAIN) no-such-org\.my\.salesforce\.invalid$/],
        ['http://127.0.0.1:1', /^ECONNREFUSED 127\.0\.0\.1:1$/],
        [`https://127.0.0.1:${portOf(untrusted)}`, /^(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)? 127\.0\.0\.1:\d+$/],
        [`http://127.0.0.1:${portOf(cut)}`, /^ECONNRESET 127\.0\.0\.1:\d+$/],
        [`http://127.0.0.1:${portOf(silent)}`, /^TIMEOUT 127\.0\.0\.1:\d+$/],
      ];
      for (const [url, message] of expected) {
        const error = await clientOf(url)
          .get('/x', 'token')
          .then(
            () => expect.fail('there was an answer'),
            (thrown: unknown) => thrown as Error,
          );
        expect(error.message, url).to.match(message);
      }
    } finally {
      for (const one of [untrusted, cut, silent]) one.close();
    }
  });

  it('goes through the proxy that the environment names, and not for what NO_PROXY names', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      seen.push(request.url);
      response.end('{"a":"by proxy"}');
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const proxyEnv = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
      const { json } = await clientOf('http://acme.example', { proxyEnv }).get('/x', 'token');
      expect(json).to.deep.equal({ a: 'by proxy' });
      expect(seen).to.deep.equal(['http://acme.example/x']);
      const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const direct = clientOf(here, { proxyEnv: { ...proxyEnv, NO_PROXY: '127.0.0.1' } });
      expect((await direct.get('/x', 'token')).json).to.deep.equal({ a: 1 });
      direct.close();
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('lets a bounded number wait, each with its own time from when its turn comes, and refuses the next at once', async () => {
    answer = (_request, response) => setTimeout(() => response.end('{"a":1}'), 700);
    const four = Promise.all(Array.from({ length: 4 }, () => client.get('/x', 'token')));
    expect((await failure()).message).to.match(/^OVERLOADED /);
    expect((await four).map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
  });

  it('asks once more, and once only, when a kept connection was closed as it was taken up again', async () => {
    let cuts = 1;
    await client.get('/x', 'token');
    answer = (request, response) => {
      if (cuts-- > 0) request.socket.destroy();
      else response.end('{"a":3}');
    };
    expect(await client.get('/x', 'token')).to.deep.include({ status: 200, json: { a: 3 } });
    cuts = 2;
    await failure();
    expect(cuts).to.equal(0);
  });

  it('does not ask again when a new connection breaks', async () => {
    answer = (request) => request.socket.destroy();
    await failure();
    expect(connections).to.have.length(1);
  });

  it('gives up in time, from the first byte to the last', async () => {
    answer = (_request, response) => {
      response.write('{');
      const dripping = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(dripping));
    };
    const startedAt = performance.now();
    expect(await failure())
      .to.have.property('message')
      .that.matches(/^TIMEOUT /);
    expect(performance.now() - startedAt).to.be.within(900, 1900);
  });

  it('takes no answer that is cut off, and none without an end', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '20' }).write('{"a":1}');
      setTimeout(() => response.destroy(), 20);
    };
    await failure();
    let written = 0;
    answer = (_request, response) => {
      const more = (): void => {
        written += 10_000;
        if (!response.destroyed) response.write('x'.repeat(10_000), () => void wait(1).then(more));
      };
      more();
    };
    expect((await failure()).message).to.match(/^ANSWER_TOO_LONG /);
    expect(written).to.be.lessThan(1_000_000);
  });
});
