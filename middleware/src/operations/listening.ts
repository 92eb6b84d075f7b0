import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than load balancers keep idle connections (60 s at AWS), so that it is never we who cut one in use. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** An HTTP server that can be stopped without losing a request. */
export class Listening {
  readonly port: number;
  readonly #server: Server;
  #draining = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param port 0 for any free one */
  static async start(handler: RequestListener, host: string, port: number): Promise<Listening> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS, requestTimeout: 30_000 });
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
