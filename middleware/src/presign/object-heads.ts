import * as http from 'node:http';
import * as https from 'node:https';
import { keyOwner, objectKey, type RedirectProofObject } from '@file-migration/config';
import { presentationOf } from '../content/presentation.ts';
import { codeOf, nameOf } from '../operations/errors.ts';
import type { Signer } from './signer.ts';

export type ObjectHeadsOptions = {
  readonly signer: Pick<Signer, 'sign'>;
  /** The folder in the bucket that all keys lie under, with its slash. */
  readonly keyPrefix: string;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY stand. */
  readonly proxyEnv: NodeJS.ProcessEnv;
};

const TIMEOUT_MILLISECONDS = 5000;
const MOST_CONNECTIONS = 16;

/** Asks the bucket about objects as a click would: by signed addresses of the service's own role. */
export class ObjectHeads {
  readonly #options: ObjectHeadsOptions;
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };

  constructor(options: ObjectHeadsOptions) {
    this.#options = options;
    const agentOptions = { keepAlive: true, maxSockets: MOST_CONNECTIONS, proxyEnv: options.proxyEnv };
    this.#agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) };
  }

  /** All at once, over a bounded number of connections; in the order of the keys. Never throws. */
  async of(keys: readonly string[]): Promise<RedirectProofObject[]> {
    return Promise.all(keys.map((key) => this.#of(key)));
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #of(text: string): Promise<RedirectProofObject> {
    if (keyOwner(text, this.#options.keyPrefix) === undefined) return { key: text, result: 'refused' };
    const key = objectKey(text);
    try {
      const { url } = await this.#options.signer.sign({ method: 'HEAD', key, ...presentationOf(key, '') });
      const { statusCode: status = 0, headers } = await this.#head(new URL(url));
      if (status === 404) return { key, result: 'not-found' };
      if (status === 403) return { key, result: 'denied' };
      const bytes = Number(headers['content-length']);
      if (status !== 200 || !Number.isSafeInteger(bytes)) return { key, result: 'unknown', detail: `status ${status}` };
      return { key, result: 'readable', bytes, etag: headers.etag ?? '' };
    } catch (error) {
      return { key, result: 'unknown', detail: codeOf(error) ?? nameOf(error) };
    }
  }

  #head(url: URL): Promise<http.IncomingMessage> {
    const isPlain = url.protocol === 'http:';
    const send = isPlain ? http.request : https.request;
    const agent = this.#agents[isPlain ? 'http:' : 'https:'];
    return new Promise((resolve, reject) => {
      send(url, { method: 'HEAD', agent, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) }, (response) => {
        response.resume();
        resolve(response);
      })
        .on('error', reject)
        .end();
    });
  }
}
