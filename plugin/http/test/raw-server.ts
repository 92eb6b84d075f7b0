import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a server that writes its bytes by hand does with one connection; `requests` are heads as they come. */
export type Conversation = (socket: Socket, requests: AsyncIterable<string>) => void | Promise<void>;

export type RawServer = AsyncDisposable & {
  readonly origin: string;
  /** Connections that were ever made. */
  readonly connections: () => number;
};

export async function rawServer(converse: Conversation): Promise<RawServer> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    void Promise.resolve(converse(socket, heads(socket))).catch(() => socket.destroy());
  });
  return {
    ...(await listening(server)),
    connections: () => connections,
    [Symbol.asyncDispose]: () => closed(server, sockets),
  };
}

/** The heads of requests without bodies, one after another. */
async function* heads(socket: Socket): AsyncGenerator<string, void, undefined> {
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 4);
    }
  }
}

async function listening(server: Server): Promise<{ readonly origin: string }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function closed(server: Server, sockets: Iterable<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
}

/** Cuts bytes into pieces of the given lengths, which are used round and round; without any, into one. */
export function inPieces(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, nth = 0; at < bytes.length; nth++) {
    const length = lengths.length === 0 ? bytes.length : Math.max(1, lengths[nth % lengths.length] ?? 1);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}
