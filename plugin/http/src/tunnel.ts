import { connect as connectPlain, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { HttpError } from './http-error.ts';
import { parseResponseHead } from './response-head.ts';

export type TunnelEvents = {
  /**
   * The names that the caller would refuse are asked for before the proxy is: it resolves them itself, and would take
   * the caller where the caller may not go. A name that only the proxy can resolve is left to the proxy.
   */
  readonly lookup: LookupFunction | undefined;
  /** The socket carries the origin's bytes from here on; nothing has been read of them. */
  readonly onOpen: (socket: Socket) => void;
  readonly onFailed: (error: Error) => void;
};

const HEAD_END = '\r\n\r\n';
const LONGEST_ANSWER = 16 * 1024;
/** Of the resolver; whatever else a lookup says is a refusal. */
const RESOLVER_ERRORS = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL', 'ETIMEDOUT', 'ECONNREFUSED'];

/**
 * Opens a tunnel by CONNECT: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6. Answers the socket to the proxy at
 * once; its owner watches it for errors and time-outs.
 * @param proxy `http` or `https`, with user and password where the proxy wants them
 */
export function openTunnel(proxy: URL, origin: URL, { lookup, onOpen, onFailed }: TunnelEvents): Socket {
  const to = { host: hostOf(proxy), port: Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80)) };
  const socket = proxy.protocol === 'https:' ? connectSecure({ ...to, servername: to.host }) : connectPlain(to);
  socket.setNoDelay(true);
  let text = '';
  const read = (bytes: Buffer): void => {
    text += bytes.toString('latin1');
    const end = text.indexOf(HEAD_END);
    if (end < 0 && text.length <= LONGEST_ANSWER) return;
    socket.off('data', read);
    socket.pause();
    try {
      requireOpen(text, end, proxy, origin);
      onOpen(socket);
    } catch (error) {
      onFailed(error instanceof Error ? error : new Error(String(error)));
    }
  };
  socket.on('data', read);
  const connect = (): void => void socket.write(connectRequest(proxy, origin), 'latin1');
  if (lookup === undefined) connect();
  else {
    lookup(hostOf(origin), { all: true }, (error) => {
      if (error === null || RESOLVER_ERRORS.includes(error.code ?? '')) connect();
      // a lookup may answer at once, before the caller has the socket
      else queueMicrotask(() => onFailed(error));
    });
  }
  return socket;
}

/** Without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function connectRequest(proxy: URL, origin: URL): string {
  const authority = `${origin.hostname}:${origin.port || (origin.protocol === 'https:' ? 443 : 80)}`;
  const head = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n`;
  if (proxy.username === '') return `${head}\r\n`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `${head}proxy-authorization: Basic ${Buffer.from(user).toString('base64')}\r\n\r\n`;
}

/** @throws HttpError `proxy-refused`, `malformed-answer` */
function requireOpen(text: string, end: number, proxy: URL, origin: URL): void {
  const { status } = parseResponseHead(text.slice(0, Math.max(0, end)), true);
  if (status < 200 || status > 299) {
    const hint = status === 407 ? ' It wants a user and a password: http://user:password@host:port.' : '';
    throw new HttpError(
      'proxy-refused',
      `The proxy ${proxy.host} answered ${status} to CONNECT ${origin.host}.${hint}`,
    );
  }
  // Whoever speaks first in a tunnel to a web server is not a web server.
  if (text.length > end + HEAD_END.length)
    throw new HttpError('proxy-refused', `The proxy ${proxy.host} sent bytes of its own into the tunnel.`);
}
