import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Longer than load balancers keep idle connections (60 s at AWS), so that it is never we who cut one in use. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/**
 * Node's default of 16 KB is less than the cookies of a busy domain can take: a browser sends all that fit the name, and
 * the user whose header is refused cannot know why.
 */
const LONGEST_HEADER = 32_768;

export type ListeningOptions = {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Is told Node's code of what could not be read as a request. */
  readonly unreadable?: (code: string) => void;
};

/** An HTTP server that can be stopped without losing a request. */
export class Listening {
  readonly port: number;
  readonly #server: Server;
  #draining = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(handler: RequestListener, { host, port, unreadable }: ListeningOptions): Promise<Listening> {
    const server = createServer({
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      requestTimeout: 30_000,
      maxHeaderSize: LONGEST_HEADER,
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      unreadable?.(error.code ?? error.name);
      if (!socket.writable) return;
      const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
      const [status, text] = isTooLong
        ? ['431 Request Header Fields Too Large', 'Delete the cookies of this site, then open the document again.']
        : ['400 Bad Request', 'This is not a request that can be read.'];
      socket.end(
        `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    });
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
    const result = new Listening(server);
    server.on('request', (request, response) => {
      // clients that hear so open their next connection elsewhere
      if (result.#draining) response.setHeader('Connection', 'close');
      handler(request, response);
    });
    return result;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /**
   * Goes on answering for a while in which load balancers notice (`/readyz` says no, each answer closes its
   * connection), then takes no new connection and waits for what is under way.
   * @returns false when requests had to be cut off after all
   */
  async drain(delaySeconds: number, mostSeconds: number): Promise<boolean> {
    this.#draining = true;
    await new Promise((resolve) => setTimeout(resolve, delaySeconds * 1000));
    let cut = false;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const timer = setTimeout(() => {
      cut = true;
      this.#server.closeAllConnections();
    }, mostSeconds * 1000);
    await closed;
    clearTimeout(timer);
    return !cut;
  }
}
