import type { Agent, AgentOptions, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { getProxyForUrl } from 'proxy-from-env';
import { abortReason } from '@file-migration/http/abort-reason';

/** Carries requests to one origin, over connections that are kept. */
export type Transport = {
  /**
   * Resolves when the answer's headers are there. No redirect is followed, so that a token never goes to another place.
   * @param path from its slash on, encoded
   * @throws Node's own errors, with a `code`; the signal's reason
   */
  send(path: string, request: TransportRequest): Promise<TransportAnswer>;
  /** Breaks off what is under way. */
  close(): void;
};

export type TransportRequest = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly signal: AbortSignal | undefined;
};

export type TransportAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. Whoever reads it learns of its error there; whoever has destroyed it does not want to. */
  readonly body: Readable;
};

/** No connection within {@link LONGEST_CONNECT_MS}: nothing of the request was sent. */
export const CONNECT_TIME_OUT = 'CONNECT_TIME_OUT';

const LONGEST_CONNECT_MS = 10_000;
/** An idle connection is given up before the org, or a proxy on the way, is likely to. */
const LONGEST_IDLE_MS = 4000;

// An import would look at all exports of `node:http`, and one look at its `WebSocket` loads another client, for 30 ms.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/**
 * Node's own client: sf has loaded it already, and a library would be as large as the rest of the plugin.
 * @param silenceMs longest silence of the server, before its answer and inside it
 */
export function transportTo(origin: string, silenceMs: number): Transport {
  const { protocol, hostname, port } = new URL(origin);
  const client = protocol === 'https:' ? https : http;
  const options = { keepAlive: true, timeout: LONGEST_IDLE_MS };
  const proxy = getProxyForUrl(origin);
  const agent = proxy === '' ? new client.Agent(options) : undefined;
  let tunnel: Promise<Agent> | undefined;

  return {
    async send(path, { method, headers, body, signal }) {
      const through = agent ?? (await (tunnel ??= tunnelThrough(proxy, options)));
      signal?.throwIfAborted();
      const request = client.request({
        agent: through,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        path,
        method,
        headers,
        timeout: silenceMs,
      });
      return await exchange(request, body, { silenceMs, signal });
    },
    close: () => {
      agent?.destroy();
      tunnel?.then((opened) => opened.destroy()).catch(() => undefined);
    },
  };
}

/** Proxies are for few: their client is loaded where a variable (`HTTPS_PROXY`, `NO_PROXY`) asks for one. */
async function tunnelThrough(proxy: string, options: AgentOptions): Promise<Agent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy, options);
}

function exchange(
  request: ClientRequest,
  body: string | Buffer | undefined,
  { silenceMs, signal }: { readonly silenceMs: number; readonly signal: AbortSignal | undefined },
): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    const end = (error: Error): void => void (response ?? request).destroy(error);
    const connecting = setTimeout(() => end(coded('No connection came about.', CONNECT_TIME_OUT)), LONGEST_CONNECT_MS);
    const connected = (): void => clearTimeout(connecting);
    const silent = (): void => {
      // With something unread it is the reader who takes long.
      if (response !== undefined && response.readableLength > 0) request.socket?.setTimeout(silenceMs);
      else end(coded(`Nothing came for ${silenceMs} ms.`, 'ETIMEDOUT'));
    };
    const aborted = (): void => {
      if (signal !== undefined) end(abortReason(signal));
    };
    signal?.addEventListener('abort', aborted);
    request
      .on('socket', (socket) => {
        if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
        else connected();
        socket.on('timeout', silent);
      })
      .on('response', (answer) => {
        response = answer;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: decompressed(answer) });
      })
      // Once the answer is there, its body says what goes wrong.
      .on('error', reject)
      .on('close', () => {
        connected();
        request.socket?.off('timeout', silent);
        signal?.removeEventListener('abort', aborted);
      })
      .end(body);
  });
}

function decompressed(answer: IncomingMessage): Readable {
  answer.on('error', () => undefined);
  // content codings know no case, and x-gzip is gzip: RFC 9110, 8.4.1
  if (!/^(x-)?gzip$/i.test(answer.headers['content-encoding'] ?? '')) return answer;
  // The error reaches the reader through the stream itself.
  return pipeline(answer, createGunzip(), () => undefined);
}

function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
