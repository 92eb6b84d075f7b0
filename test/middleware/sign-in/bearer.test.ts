import { expect } from 'chai';
import {
  ALICE,
  BOB,
  CAROL,
  DAVE,
  redirectWorld,
  type RedirectWorld,
} from '@file-migration/kit/redirect/redirect-world';
import { Browser, locationOf, type Page } from '@file-migration/kit/redirect/browser';

describe('A caller with a Salesforce token of their own', () => {
  let world: RedirectWorld;
  before(async () => {
    world = await redirectWorld({ variables: { REDIRECT_CORS_ORIGINS: 'https://acme.lightning.force.com' } });
  });
  after(() => world.close());

  const ask = (
    link: string,
    username: string,
    headers: Record<string, string> = {},
    method: 'GET' | 'HEAD' = 'GET',
  ): Promise<Page> =>
    new Browser().fetch(link, {
      method,
      headers: { authorization: `Bearer ${world.org.accessTokens[username] ?? 'none'}`, ...headers },
    });

  it('is sent to the file that they may see, by an address that the store accepts', async () => {
    const { id, link, key } = world.addDocument();
    const page = await ask(link, ALICE);
    expect(page.status).to.equal(302);
    expect(page.body).to.equal('');
    expect(page.headers).to.include({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' });
    const file = await fetch(locationOf(page) ?? '');
    expect(file.status).to.equal(200);
    expect(await file.text()).to.equal(`%PDF-1.7 of ${id}`);
    expect(file.headers.get('content-type')).to.equal('application/pdf');
    expect(new URL(locationOf(page) ?? '').pathname).to.equal(`/customer-files/${key}`);
    expect(world.lastDecision()).to.include({ decision: 'opened', reason: 'storage', via: 'bearer', record: id });
  });

  it('may ask with HEAD, and is given an address for HEAD', async () => {
    const page = await ask(world.addDocument().link, ALICE, {}, 'HEAD');
    const url = locationOf(page) ?? '';
    expect((await fetch(url, { method: 'HEAD' })).status).to.equal(200);
    expect((await fetch(url)).status).to.equal(403);
  });

  it('may ask for a range, which the store answers', async () => {
    const url = locationOf(await ask(world.addDocument().link, ALICE, { range: 'bytes=0-3' })) ?? '';
    const part = await fetch(url, { headers: { range: 'bytes=0-3' } });
    expect(part.status).to.equal(206);
    expect(await part.text()).to.equal('%PDF');
  });

  it('may ask for the address as JSON, from configured origins only, by exact name', async () => {
    const { link } = world.addDocument();
    const json = `${link}?format=json`;
    const page = await ask(json, ALICE, { origin: 'https://acme.lightning.force.com' });
    expect(page.status).to.equal(200);
    expect(page.headers).to.include({
      'access-control-allow-origin': 'https://acme.lightning.force.com',
      vary: 'Origin',
    });
    expect(page.headers).not.to.have.property('access-control-allow-credentials');
    const { url, expiresAt } = JSON.parse(page.body) as { url: string; expiresAt: string };
    expect((await fetch(url)).status).to.equal(200);
    expect(Date.parse(expiresAt) - Date.now()).to.be.within(100_000, 120_000);
    for (const origin of ['https://acme.lightning.force.com.evil.example', 'http://acme.lightning.force.com', 'null']) {
      expect((await ask(json, ALICE, { origin })).headers).not.to.have.property('access-control-allow-origin');
    }
    const preflight = await new Browser().fetch(json, {
      method: 'OPTIONS',
      headers: { origin: 'https://acme.lightning.force.com', 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers).to.include({ 'access-control-allow-headers': 'Authorization' });
  });

  it('gets 404 for what they may not see, and 401 for a token that the org does not know', async () => {
    const { link } = world.addDocument();
    expect((await ask(link, BOB)).status).to.equal(404);
    const strange = await ask(link, 'nobody');
    expect({ status: strange.status, challenge: strange.headers['www-authenticate'] }).to.deep.equal({
      status: 401,
      challenge: 'Bearer',
    });
    expect((await new Browser().fetch(link, { headers: { authorization: 'Basic YTpi' } })).status).to.equal(401);
  });

  it('is refused as an external user, and without access to the API', async () => {
    const { link } = world.addDocument({ sharedWith: [ALICE, CAROL, DAVE] });
    expect((await ask(link, CAROL)).status).to.equal(403);
    expect(world.lastDecision()).to.include({ reason: 'external-user' });
    expect((await ask(link, DAVE)).status).to.equal(403);
    expect(world.lastDecision()).to.include({ reason: 'api-disabled' });
  });

  it('is told nothing but 401, never to sign in, when they bring no token and are no person in a tab', async () => {
    const { link } = world.addDocument();
    const stranger = new Browser();
    for (const visit of [
      { headers: { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: 'text/html' } },
      { headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } },
      { headers: { accept: '*/*' } },
      { method: 'HEAD' as const, headers: { accept: 'text/html' } },
    ]) {
      const page = await stranger.fetch(link, visit);
      expect({ status: page.status, location: page.headers.location }).to.deep.equal({
        status: 401,
        location: undefined,
      });
    }
    expect((await stranger.fetch(`${link}?format=json`, { headers: { accept: 'text/html' } })).status).to.equal(401);
  });
});
