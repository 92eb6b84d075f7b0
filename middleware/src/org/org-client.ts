import * as http from 'node:http';
import * as https from 'node:https';

/** What the org answered. */
export type OrgAnswer = {
  readonly status: number;
  /** The body, or undefined when it is no JSON. */
  readonly json: unknown;
};

/** Sockets to the org: as many as a process can keep busy, few enough that a slow org is not met by thousands. */
const MOST_CONNECTIONS = 128;
/** Far more than one row or one user takes; more than that is no answer to a question of ours. */
const LONGEST_ANSWER = 65_536;

/**
 * Asks the one org that the service belongs to, over connections that are kept. Follows no redirect, so that a token is
 * never sent to another place, and gives up in time. This is what the service does most: Node's own client takes a third
 * of the CPU of `fetch` here, and none of the memory of a client library.
 */
export class OrgClient {
  readonly #agent: http.Agent;
  readonly #send: typeof http.request;
  readonly #place: http.RequestOptions;
  readonly #milliseconds: number;

  constructor(orgUrl: string, timeoutSeconds: number) {
    const { protocol, hostname, port } = new URL(orgUrl);
    const { Agent, request } = protocol === 'https:' ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
    this.#send = request;
    this.#place = { agent: this.#agent, protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, method: 'GET' };
    this.#milliseconds = timeoutSeconds * 1000;
  }

  /**
   * One GET as whoever the token belongs to.
   * @param path from its slash on, encoded
   * @throws Error when no whole answer of bounded length came; named `TimeoutError` when it did not come in time
   */
  async get(path: string, accessToken: string): Promise<OrgAnswer> {
    const lastMoment = performance.now() + this.#milliseconds;
    try {
      return await this.#get(path, accessToken, lastMoment);
    } catch (error) {
      // the org closed a kept connection just as it was taken up again: https://nodejs.org/api/http.html#requestreusedsocket
      if (error instanceof StaleConnectionError) return this.#get(path, accessToken, lastMoment);
      throw error;
    }
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#agent.destroy();
  }

  #get(path: string, accessToken: string, lastMoment: number): Promise<OrgAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
      const request = this.#send({ ...this.#place, path, headers }, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => {
            text += chunk;
            if (text.length > LONGEST_ANSWER) request.destroy(new RangeError('The org answered too much.'));
          })
          .on('end', () => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, json: jsonOf(text) });
          })
          .on('error', fail);
      });
      const timer = setTimeout(() => {
        request.destroy(new DOMException('The org did not answer in time.', 'TimeoutError'));
      }, lastMoment - performance.now());
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        reject(error);
      };
      request
        .on('error', (error: NodeJS.ErrnoException) => {
          fail(request.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnectionError() : error);
        })
        .end();
    });
  }
}

class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
