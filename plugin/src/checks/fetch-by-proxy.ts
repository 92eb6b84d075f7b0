import { getProxyForUrl } from 'proxy-from-env';

/** What both clients answer alike. */
export type Answer = Pick<Response, 'status' | 'headers' | 'body' | 'text'>;

/**
 * `fetch` that goes where HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; Node's own looks at them only where it was started so.
 * A proxy is for few: its client is loaded where one is set.
 */
export async function fetchByProxy(url: string | URL, options: RequestInit): Promise<Answer> {
  if (getProxyForUrl(String(url)) === '') return await fetch(url, options);
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent({ proxyTunnel: true, keepAliveTimeout: 1 });
  // the same interface twice: Node's own fetch is an older undici, which takes no dispatcher of a newer one
  const request = { ...options, dispatcher } as Parameters<typeof undici.fetch>[1];
  return await undici.fetch(url, request);
}
