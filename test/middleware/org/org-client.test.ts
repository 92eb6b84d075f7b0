import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { OrgClient } from '../../../middleware/src/org/org-client.ts';

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
    client = new OrgClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 1);
  });
  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

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
    expect(await client.get('/x?q=%27', 'token')).to.deep.equal({ status: 206, json: { a: [2] } });
    await client.get('/x?q=%27', 'token');
    expect(heard[0]).to.deep.equal({
      method: 'GET',
      url: '/x?q=%27',
      authorization: 'Bearer token',
      accept: 'application/json',
    });
    expect(new Set(connections)).to.have.property('size', 1);
  });

  it('gives the status of what is no JSON, and does not follow a redirect with the token', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end('<html>');
    expect(await client.get('/x', 'token')).to.deep.equal({ status: 302, json: undefined });
    expect(connections).to.have.length(1);
  });

  it('asks once more, and once only, when a kept connection was closed as it was taken up again', async () => {
    let cuts = 1;
    await client.get('/x', 'token');
    answer = (request, response) => {
      if (cuts-- > 0) request.socket.destroy();
      else response.end('{"a":3}');
    };
    expect(await client.get('/x', 'token')).to.deep.equal({ status: 200, json: { a: 3 } });
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
    expect(await failure()).to.have.property('name', 'TimeoutError');
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
    expect(await failure()).to.be.instanceOf(RangeError);
    expect(written).to.be.lessThan(1_000_000);
  });
});
