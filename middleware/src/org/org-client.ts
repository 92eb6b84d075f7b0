import { EventEmitter } from 'node:events';
import { Pool } from 'undici';

/** What the org answered. */
export type OrgAnswer = {
  readonly status: number;
  /** The body, or undefined when it is no JSON. */
  readonly json: unknown;
};

/** Sockets to the org: as many as a process can keep busy, few enough that a slow org is not met by thousands. */
const MOST_CONNECTIONS = 128;
/** Far more than one row or one user takes; more than that is no answer to a question of ours. */
const LONGEST_ANSWER_BYTES = 65_536;

/**
 * Asks the one org that the service belongs to, over connections that are kept. Follows no redirect, so that a token is
 * never sent to another place, and gives up in time. A pool of undici's takes a third of the CPU of `fetch`, and a
 * timer with an emitter half of that of `AbortSignal.timeout`: it is the most frequent thing that the service waits for.
 */
export class OrgClient {
  readonly #pool: Pool;
  readonly #timeoutMilliseconds: number;

  constructor(orgUrl: string, timeoutSeconds: number) {
    this.#pool = new Pool(orgUrl, { connections: MOST_CONNECTIONS, maxResponseSize: LONGEST_ANSWER_BYTES });
    this.#timeoutMilliseconds = timeoutSeconds * 1000;
  }

  /**
   * One GET as whoever the token belongs to.
   * @param path from its slash on, encoded
   * @throws Error named `TimeoutError`, or undici's, when no whole answer of bounded length came in time
   */
  async get(path: string, accessToken: string): Promise<OrgAnswer> {
    const giveUp = new EventEmitter();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      giveUp.emit('abort');
    }, this.#timeoutMilliseconds);
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path,
        headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
        signal: giveUp,
      });
      return { status: statusCode, json: jsonOf(await body.text()) };
    } catch (error) {
      if (isLate) throw new DOMException('The org did not answer in time.', 'TimeoutError');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Breaks off what is under way. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
