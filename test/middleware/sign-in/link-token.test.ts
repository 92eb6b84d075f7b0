import { expect } from 'chai';
import type { Browser, Page } from '@file-migration/kit/redirect/browser';
import { Browser as AnyBrowser, NAVIGATION, locationOf } from '@file-migration/kit/redirect/browser';
import { linkSigner, type LinkClaims, type LinkSigner } from '@file-migration/kit/redirect/link-signer';
import {
  ALICE,
  BOB,
  DAVE,
  redirectWorld,
  type RedirectWorld,
  type WorldDocument,
} from '@file-migration/kit/redirect/redirect-world';

const PAGE = '/apex/FileMigrationOpen';

describe('A link token from Salesforce', () => {
  let world: RedirectWorld;
  let signer: LinkSigner;
  let next: LinkSigner;
  let document: WorldDocument;

  before(async () => {
    [signer, next] = [await linkSigner(), await linkSigner()];
    world = await redirectWorld({
      variables: { REDIRECT_LINK_CERTIFICATE: signer.certificate + next.certificate, REDIRECT_LINK_PAGE: PAGE },
    });
    document = world.addDocument();
  });
  after(() => world.close());
  afterEach(() => world.org.setFaults([]));

  /** What the page puts into a token after it has read the record in user mode. */
  const claims = (changes: LinkClaims = {}): LinkClaims => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: world.org.orgId,
      aud: world.url,
      sub: '005000000000001AAA',
      iat: now,
      exp: now + 60,
      user_type: 'Standard',
      record: document.id,
      name: 'Plan 2026.pdf',
      url: document.link,
      key: document.key,
      original_url: null,
      ...changes,
    };
  };
  const open = async (token: string, browser: Browser = new AnyBrowser(), link = document.link): Promise<Page> =>
    browser.fetch(`${link}?t=${token}`, { headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } });

  it('opens the document without a session, in a frame too, without asking the org', async () => {
    const before = world.org.requests.total();
    const page = await open(await signer.sign(claims()));
    expect((await fetch(locationOf(page) ?? '')).status).to.equal(200);
    expect(page.headers).not.to.have.property('set-cookie');
    expect(world.org.requests.total()).to.equal(before);
    expect(world.lastDecision()).to.include({ via: 'link-token', user: '005000000000001AAA', decision: 'opened' });
  });

  it('may be signed by the next certificate as well', async () => {
    expect((await open(await next.sign(claims()))).status).to.equal(302);
  });

  it('obeys the same rules as a row: key in its own folder, allow-listed addresses', async () => {
    const other = world.addDocument({ sharedWith: [BOB] });
    expect((await open(await signer.sign(claims({ key: other.key })))).status).to.equal(404);
    expect((await open(await signer.sign(claims({ url: 'https://evil.example/x' })))).status).to.equal(404);
    expect((await open(await signer.sign(claims({ url: null })))).status).to.equal(404);
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  const bad: Readonly<Record<string, () => LinkClaims>> = {
    'for another service': () => claims({ aud: 'https://other.example' }),
    'from another org': () => claims({ iss: '00D000000000099EAA' }),
    'for another record': () => claims({ record: world.addDocument().id }),
    'without a record': () => claims({ record: undefined }),
    'without a user': () => claims({ sub: undefined }),
    'of a user that is no id': () => claims({ sub: 'admin' }),
    'of an external user': () => claims({ user_type: 'CspLitePortal' }),
    'that says nothing of the user type': () => claims({ user_type: undefined }),
    'that has expired': () => claims({ iat: now() - 90, exp: now() - 30 }),
    'that is valid for more than 60 s': () => claims({ exp: now() + 3600 }),
    'that never expires': () => claims({ exp: undefined }),
    'without a date of issue': () => claims({ iat: undefined }),
    'from the future': () => claims({ iat: now() + 600, exp: now() + 660 }),
  };
  for (const [what, make] of Object.entries(bad)) {
    it(`is refused ${what}`, async () => {
      const page = await open(await signer.sign(make()));
      expect({ status: page.status, location: page.headers.location }).to.deep.equal({
        status: 401,
        location: undefined,
      });
    });
  }

  it('is refused when somebody else signed it, with another algorithm, with none, or with a byte changed', async () => {
    const token = await signer.sign(claims());
    const [head = '', body = '', signature = ''] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const forged = [
      await (await linkSigner()).sign(claims()),
      await signer.sign(claims(), 'RS384'),
      await signer.sign(claims(), 'PS256'),
      none,
      `${head}.${body}.`,
      `${head}.${Buffer.from(JSON.stringify(claims({ sub: '005000000000002AAA' }))).toString('base64url')}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      'x',
      '',
    ];
    for (const [index, token] of forged.entries()) expect((await open(token)).status, `forgery ${index}`).to.equal(401);
  });

  describe('for somebody whom the org cannot be asked about', () => {
    const bounced = (page: Page | undefined): boolean =>
      locationOf(page) === `${world.org.url}${PAGE}?id=${document.id}`;

    it('is fetched by one bounce: a user without access to the API', async () => {
      const browser = await world.browserOf(DAVE);
      const pages = await browser.open(document.link, (url) => url.includes(PAGE));
      expect(bounced(pages.at(-1))).to.equal(true);
      const page = await browser.fetch(`${document.link}?t=${await signer.sign(claims())}`, { headers: NAVIGATION });
      expect((await fetch(locationOf(page) ?? '')).status).to.equal(200);
    });

    it("is fetched when the org's API budget is spent", async () => {
      const browser = await world.browserOf(ALICE);
      await browser.open(document.link);
      world.org.setFaults([
        { match: { operation: 'query' }, fault: { kind: 'error', status: 403, code: 'REQUEST_LIMIT_EXCEEDED' } },
      ]);
      expect(bounced(await browser.fetch(document.link, { headers: NAVIGATION }))).to.equal(true);
    });

    it('is not fetched again when it comes and is bad: once only, then a page', async () => {
      const browser = await world.browserOf(DAVE);
      await browser.open(document.link, (url) => url.includes(PAGE));
      const page = await browser.fetch(`${document.link}?t=bad`, { headers: NAVIGATION });
      expect({ status: page.status, location: page.headers.location }).to.deep.equal({
        status: 403,
        location: undefined,
      });
    });

    it('is not fetched for ever from a page that sends back without one', async () => {
      const browser = await world.browserOf(DAVE);
      await browser.open(document.link, (url) => url.includes(PAGE));
      const statuses: number[] = [];
      for (let turn = 0; turn < 4; turn++)
        statuses.push((await browser.fetch(document.link, { headers: NAVIGATION })).status);
      expect(statuses).to.deep.equal([302, 302, 403, 403]);
      await browser.fetch(`${document.link}?t=${await signer.sign(claims())}`, { headers: NAVIGATION });
      expect(bounced(await browser.fetch(document.link, { headers: NAVIGATION }))).to.equal(true);
    });

    it('is not fetched for programs, which get a plain answer', async () => {
      const browser = await world.browserOf(DAVE);
      await browser.open(document.link, (url) => url.includes(PAGE));
      expect((await browser.fetch(document.link, { headers: { accept: '*/*' } })).status).to.equal(403);
    });
  });
});
