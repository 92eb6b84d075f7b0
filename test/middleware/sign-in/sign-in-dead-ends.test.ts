import { randomBytes } from 'node:crypto';
import { documentId, type SalesforceId } from '@file-migration/config';
import { expect } from 'chai';
import { Cookies } from '../../../middleware/src/sign-in/cookies.ts';
import { EncryptedTokens } from '../../../middleware/src/sign-in/encrypted-tokens.ts';
import { LoginState } from '../../../middleware/src/sign-in/login-state.ts';
import { Sessions } from '../../../middleware/src/sign-in/session.ts';
import { SignIn } from '../../../middleware/src/sign-in/sign-in.ts';
import { Browser, NAVIGATION, locationOf, type Page } from '@file-migration/kit/redirect/browser';
import { ALICE, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

describe('A sign-in that does not go straight', () => {
  let world: RedirectWorld;
  before(async () => {
    world = await redirectWorld();
  });
  after(() => world.close());

  /** Up to the address with which the org sends the browser back. */
  async function wayBack(browser: Browser, link: string): Promise<string> {
    const pages = await browser.open(link, (next) => next.includes('/sign-in/callback'));
    return locationOf(pages.at(-1)) ?? '';
  }

  it('that took more than ten minutes ends with a link to the document', async () => {
    const { id, link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    const callback = await wayBack(browser, link);
    const clock = Date.now;
    Date.now = () => clock() + 11 * 60_000;
    let page: Page;
    try {
      page = await browser.fetch(callback, { headers: NAVIGATION });
    } finally {
      Date.now = clock;
    }
    expect(page.status).to.equal(400);
    expect(page.body).to.include(`<a href="/d/${id}"`).and.to.include('Open the document again');
  });

  it('goes on to the document when somebody presses Back to it later, or opens it from the history', async () => {
    const { id, link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    const callback = await wayBack(browser, link);
    await browser.open(callback);
    browser.cookies.get(world.url)?.delete('sign-in');
    expect((await browser.open(callback)).at(-1)?.body).to.equal(`%PDF-1.7 of ${id}`);
  });

  it('shows a link also to a browser that keeps no cookies', async () => {
    const { id, link } = world.addDocument();
    const callback = await wayBack(await world.browserOf(ALICE), link);
    const page = await new Browser().fetch(callback, { headers: NAVIGATION });
    expect(page.status).to.equal(400);
    expect(page.body).to.include(`<a href="/d/${id}"`);
  });

  it('says so, and does not begin anew for ever, when the browser does not keep the session', async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    const pages = await browser.open(await wayBack(browser, link), (next) => next.includes('/d/'));
    browser.cookies.get(world.url)?.delete('session');
    const page = await browser.fetch(locationOf(pages.at(-1)) ?? '', { headers: NAVIGATION });
    expect(page.status).to.equal(400);
    expect(page.body).to.include('did not stay signed in');
    expect(world.lastDecision()).to.include({ reason: 'session-not-kept' });
  });

  it('works in any number of tabs at once, with one cookie', async () => {
    const documents = Array.from({ length: 60 }, () => world.addDocument());
    const browser = await world.browserOf(ALICE);
    const jar = new Map<string, string>();
    browser.cookies.set(world.url, jar);
    // none of the first requests knows of the others
    const first = await Promise.all(
      documents.map(async ({ link }) => {
        const tab = new Browser();
        const page = await tab.fetch(link, { headers: NAVIGATION });
        for (const [name, value] of tab.cookies.get(world.url) ?? []) jar.set(name, value);
        return locationOf(page) ?? '';
      }),
    );
    const ends = await Promise.all(first.map((url) => browser.open(url)));
    expect(ends.map((pages) => pages.at(-1)?.body)).to.deep.equal(documents.map(({ id }) => `%PDF-1.7 of ${id}`));
    expect([...jar.keys()].sort()).to.deep.equal(['session', 'sign-in']);
    expect([...jar].map(([name, value]) => `${name}=${value}`).join('; ').length).to.be.lessThan(1000);
  });

  it('tells the operator, and not the user, that a token is too long for a cookie', async () => {
    const tokens = await EncryptedTokens.create([{ id: 'k1', secret: randomBytes(32) }], 'k1', world.org.orgId);
    const cookies = new Cookies(world.url);
    const user = { userId: '005000000000001AAA' as SalesforceId, external: false, accessToken: 'x'.repeat(3500) };
    const signIn = new SignIn(
      {
        newSecrets: () => ({ nonce: 'n', codeVerifier: 'v' }),
        authorizationUrl: (state) => Promise.resolve(`${world.org.url}/?state=${state}`),
        finish: () => Promise.resolve({ kind: 'signed-in', user }),
      },
      new LoginState(tokens, cookies),
      new Sessions({ tokens, cookies, seconds: 60 }),
    );
    const { url, cookie } = await signIn.begin(
      { cookieHeader: undefined, ownUrl: world.url },
      documentId('a0X000000000001'),
    );
    const result = await signIn.finish(
      { cookieHeader: cookie.split(';')[0], ownUrl: world.url },
      new URL(url).searchParams,
      { kind: 'none' },
    );
    expect(result).to.include({ kind: 'token-too-long' });
    expect(JSON.stringify(result)).to.include('3500 characters').and.to.include('opaque tokens');
  });
});
