import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as forward } from 'undici';

/** An answer on its way from the org to the service. */
export type OrgAnswer = { status: number; body: string; location?: string };

/** May change an answer; the path is the request's. */
export type Tamper = (path: string, answer: OrgAnswer) => void | Promise<void>;

/** Stands between service and org under an address of its own, and lets a test forge what the org says. */
export type TamperingProxy = {
  readonly url: string;
  /** Every path that was asked for, in order. */
  readonly paths: string[];
  tamper: Tamper;
  readonly close: () => Promise<void>;
};

/** @param orgUrl is asked for at each request, because the org starts after its proxy */
export async function startTamperingProxy(orgUrl: () => string): Promise<TamperingProxy> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const path = incoming.url ?? '/';
      proxy.paths.push(path);
      const body = Buffer.concat(await incoming.toArray());
      // a compressed answer could not be read here, and the rest is between two neighbors only
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter(([name]) => !['host', 'connection', 'accept-encoding'].includes(name)),
      );
      const response = await forward(orgUrl() + path, {
        method: incoming.method as 'GET' | 'POST',
        headers: headers as Record<string, string>,
        body: body.length === 0 ? null : body,
      });
      const renamed = asIfHere(await response.body.text(), orgUrl(), url);
      const answer: OrgAnswer = { status: response.statusCode, body: renamed };
      await proxy.tamper(path.split('?')[0] ?? '', answer);
      const { location } = response.headers;
      outgoing.statusCode = answer.status;
      for (const name of ['content-type', 'set-cookie']) {
        const value = response.headers[name];
        if (value !== undefined) outgoing.setHeader(name, value);
      }
      if (answer.location !== undefined) outgoing.setHeader('location', answer.location);
      else if (typeof location === 'string') outgoing.setHeader('location', location.replace(orgUrl(), url));
      outgoing.end(answer.body);
    })().catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: TamperingProxy = {
    url,
    paths: [],
    tamper: () => undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** The org's own address becomes the proxy's, inside of id tokens too (whose signature nobody asks for behind TLS). */
function asIfHere(body: string, from: string, to: string): string {
  return body
    .replaceAll(from, to)
    .replace(/"id_token":"([^."]+)\.([^."]+)\./, (_all, head: string, payload: string) => {
      const claims = Buffer.from(payload, 'base64url').toString().replaceAll(from, to);
      return `"id_token":"${head}.${Buffer.from(claims).toString('base64url')}.`;
    });
}
