import * as http from 'node:http';
import * as https from 'node:https';
import { OperatorError, codeOf } from '../operations/errors.ts';

/** What the org answered. */
export type OrgAnswer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
};

export type OrgRequest = {
  readonly method: 'GET' | 'POST';
  /** From its slash on, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

export type OrgClientOptions = {
  readonly orgUrl: string;
  /** From the moment at which a connection is free, to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** Sockets to the org; more questions than that wait for one. */
  readonly mostConnections: number;
  /** One question more is refused at once: whoever waits behind so many has gone before the answer comes. */
  readonly mostWaiting: number;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY stand. */
  readonly proxyEnv: NodeJS.ProcessEnv;
  /** Is told the `Date` of every answer and how many milliseconds it took. */
  readonly answered?: (date: string | undefined, milliseconds: number) => void;
};

/** Why no answer of use came, in an operator's words: code and host. Codes are Node's, or one of ours. */
export class OrgError extends OperatorError {
  override readonly name: string = 'OrgError';

  constructor(code: string, host: string, cause?: unknown) {
    super(`${code} ${host}`, { cause });
  }
}

/** The org is not at the address that the service knows: waiting does not help, an operator does. */
export class OrgAddressError extends OrgError {
  override readonly name = 'OrgAddressError';
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Far more than one row or one user takes; more than that is no answer to a question of ours. */
const LONGEST_ANSWER = 65_536;

/**
 * Asks the one org that the service belongs to, over connections that are kept and through the proxy that the
 * environment names. Follows no redirect, so that a token is never sent to another place, and gives up in time. This is
 * what the service does most: Node's own client takes a third of the CPU of `fetch` here, and none of the memory of a
 * client library.
 */
export class OrgClient {
  readonly #options: OrgClientOptions;
  readonly #agent: http.Agent;
  readonly #send: typeof http.request;
  readonly #place: http.RequestOptions;
  readonly #host: string;
  #underWay = 0;

  constructor(options: OrgClientOptions) {
    this.#options = options;
    const { protocol, host, hostname, port } = new URL(options.orgUrl);
    const { Agent, request } = protocol === 'https:' ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.mostConnections, proxyEnv: options.proxyEnv });
    this.#send = request;
    this.#place = { agent: this.#agent, protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port };
    this.#host = host;
  }

  /**
   * One GET as whoever the token belongs to.
   * @returns the body as JSON, or undefined when it is none
   * @throws OrgError when no whole answer of bounded length came in time
   */
  async get(path: string, accessToken: string): Promise<OrgAnswer & { readonly json: unknown }> {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
    const answer = await this.send({ method: 'GET', path, headers });
    return { ...answer, json: jsonOf(answer.text) };
  }

  /**
   * @throws OrgError when no whole answer of bounded length came in time
   * @throws OrgAddressError when the org has moved: its name is gone, or what was My Domain redirects to the new one
   */
  async send(request: OrgRequest): Promise<OrgAnswer> {
    const { mostConnections, mostWaiting, timeoutSeconds } = this.#options;
    if (this.#underWay >= mostConnections + mostWaiting) throw new OrgError('OVERLOADED', this.#host);
    this.#underWay++;
    try {
      const time = { leftMilliseconds: timeoutSeconds * 1000 };
      try {
        return await this.#sendOnce(request, time);
      } catch (error) {
        // the org closed a kept connection just as it was taken up again: https://nodejs.org/api/http.html#requestreusedsocket
        if (error instanceof StaleConnectionError) return await this.#sendOnce(request, time);
        throw error;
      }
    } catch (error) {
      throw asOrgError(error, this.#host);
    } finally {
      this.#underWay--;
    }
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#agent.destroy();
  }

  #sendOnce({ method, path, headers, body }: OrgRequest, time: { leftMilliseconds: number }): Promise<OrgAnswer> {
    return new Promise((resolve, reject) => {
      let sentAt = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const request = this.#send({ ...this.#place, method, path, headers }, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => {
            text += chunk;
            if (text.length > LONGEST_ANSWER) request.destroy(new OrgError('ANSWER_TOO_LONG', this.#host));
          })
          .on('end', () => {
            clearTimeout(timer);
            this.#options.answered?.(response.headers.date, performance.now() - sentAt);
            const { statusCode: status = 0, headers } = response;
            if (REDIRECTS.has(status)) reject(this.#movedTo(headers.location));
            else resolve({ status, headers, text });
          })
          .on('error', fail);
      });
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        time.leftMilliseconds -= performance.now() - sentAt;
        reject(error);
      };
      request
        .once('socket', () => {
          sentAt = performance.now();
          timer = setTimeout(() => {
            request.destroy(new OrgError('TIMEOUT', this.#host));
          }, time.leftMilliseconds);
        })
        .on('error', (error: NodeJS.ErrnoException) => {
          fail(request.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnectionError() : error);
        })
        .end(body);
    });
  }

  #movedTo(location: string | undefined): OrgAddressError {
    const host = URL.parse(location ?? '', this.#options.orgUrl)?.host ?? 'nowhere';
    return new OrgAddressError(`REDIRECT_TO ${host} from`, this.#host);
  }
}

class StaleConnectionError extends Error {
  readonly code = 'ECONNRESET';
}

function asOrgError(error: unknown, host: string): OrgError {
  if (error instanceof OrgError) return error;
  const code = codeOf(error) ?? (error instanceof Error ? error.name : typeof error);
  return code === 'ENOTFOUND' ? new OrgAddressError(code, host, error) : new OrgError(code, host, error);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
