import { request as rawRequest } from 'node:http';
import { expect } from 'chai';
import { freePort } from '@file-migration/stand-ins/free-port';
import { NAVIGATION } from '@file-migration/kit/redirect/browser';
import { ALICE, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

describe('An address that the service had before', () => {
  let world: RedirectWorld;
  let former: string;

  before(async () => {
    // the same server under another name, as two names lead to one load balancer
    former = `http://localhost:${await freePort()}`;
    world = await redirectWorld({
      variables: { REDIRECT_FORMER_URLS: former },
    });
  });
  after(() => world.close());

  /** A request that says which host it means, whatever it connects to. */
  const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
      rawRequest({ port: world.service.port, host: '127.0.0.1', path, method, headers }, (response) => {
        response.resume().on('end', () => {
          resolve({ status: response.statusCode ?? 0, location: response.headers.location });
        });
      })
        .on('error', reject)
        .end();
    });

  it('leads whoever is not signed in to the present one, where signing in works', async () => {
    const { id } = world.addDocument();
    const { host } = new URL(former);
    const sent = await ask(`/d/${id}?a=b`, { host, ...NAVIGATION });
    expect(sent).to.deep.equal({ status: 302, location: `${world.url}/d/${id}?a=b` });
    const browser = await world.browserOf(ALICE);
    const pages = await browser.open(sent.location ?? '');
    expect(pages.at(-1)?.body).to.equal(`%PDF-1.7 of ${id}`);
  });

  it('is known by configuration only: no other host that a request names leads anywhere', async () => {
    const { id } = world.addDocument();
    for (const host of ['evil.example', `${new URL(former).host}.evil.example`, 'localhost', 'LOCALHOST:1']) {
      const { location } = await ask(`/d/${id}`, { host, ...NAVIGATION });
      expect(location, host).to.match(new RegExp(`^${world.org.url}/`));
    }
    const odd = await ask(`//evil.example/d/${id}`, { host: new URL(former).host });
    expect(odd.location).to.equal(`${world.url}//evil.example/d/${id}`);
  });

  it('serves programs with a token of their own where they are, since a token does not follow to another host', async () => {
    const document = world.addDocument();
    const authorization = `Bearer ${world.org.accessTokens[ALICE] ?? ''}`;
    const { status, location } = await ask(`/d/${document.id}`, { host: new URL(former).host, authorization });
    expect(status).to.equal(302);
    expect(location).to.match(new RegExp(`^${world.store.url}/`));
  });

  it('is good for a sign-in of its own while the service moves and instances disagree: nobody is sent to and fro', async () => {
    const { id } = world.addDocument();
    const sent = await ask(`/d/${id}`, { host: new URL(former).host, cookie: 'moved=1', ...NAVIGATION });
    const back = new URL(sent.location ?? '').searchParams.get('redirect_uri');
    expect(back).to.equal(`${former}/sign-in/callback`);
  });

  it('leaves health checks alone', async () => {
    expect((await ask('/readyz', { host: new URL(former).host })).status).to.equal(200);
  });
});
