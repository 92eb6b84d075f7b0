import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export type ConnectProxy = AsyncDisposable & {
  /** With the user that it wants. */
  readonly url: URL;
  /** `host:port` of every tunnel that was asked for. */
  readonly asked: string[];
};

/**
 * A proxy on loopback that opens tunnels, and nothing else.
 * @param answer what it says instead of opening one
 */
export async function connectProxy({ answer }: { readonly answer?: string } = {}): Promise<ConnectProxy> {
  const wanted = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connect', (request, client: Socket) => {
    const authority = request.url ?? '';
    asked.push(authority);
    sockets.add(client);
    client.on('error', () => undefined);
    const refused = answer ?? (request.headers['proxy-authorization'] === wanted ? undefined : '407 Who are you');
    if (refused !== undefined) {
      client.end(`HTTP/1.1 ${refused}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${authority}`);
    // every name leads to loopback here
    const upstream = connect(Number(port), hostname === 'localhost' ? hostname : '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://user:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
