import { expect } from 'chai';
import { NAVIGATION, locationOf, type Browser } from '@file-migration/kit/redirect/browser';
import { ALICE, BOB, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

const MINUTE = 60_000;

describe('A computer that several people use', () => {
  let world: RedirectWorld;
  before(async () => {
    world = await redirectWorld();
  });
  after(() => world.close());

  const toStore = (next: string): boolean => next.startsWith(world.store.url);
  /** Somebody else signs in to the org in the same browser. */
  const signInToOrg = async (browser: Browser, username: string): Promise<void> => {
    await browser.fetch(`${world.org.url}/stand-in/login?user=${encodeURIComponent(username)}`);
  };

  async function afterMinutes<T>(minutes: number, act: () => Promise<T>): Promise<T> {
    const clock = Date.now;
    Date.now = () => clock() + minutes * MINUTE;
    try {
      return await act();
    } finally {
      Date.now = clock;
    }
  }

  it('opens documents as whoever is signed in to Salesforce now, a quarter of an hour after they came', async () => {
    const hers = world.addDocument({ sharedWith: [ALICE] });
    const browser = await world.browserOf(ALICE);
    expect((await browser.open(hers.link)).at(-1)?.status).to.equal(200);
    await signInToOrg(browser, BOB);
    const pages = await afterMinutes(16, () => browser.open(hers.link));
    expect(pages.at(-1)?.status).to.equal(404);
    const bobs = world.addDocument({ sharedWith: [BOB] });
    expect((await browser.open(bobs.link)).at(-1)?.body).to.equal(`%PDF-1.7 of ${bobs.id}`);
  });

  it('does not go round in circles where clocks differ by more than that', async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    await browser.open(link);
    const callback = await afterMinutes(16, async () => {
      const pages = await browser.open(link, (next) => next.includes('/sign-in/callback'));
      return locationOf(pages.at(-1)) ?? '';
    });
    // the callback is answered by an instance whose clock is behind, so the new session looks old to the first one
    const after = await browser.open(callback, (next) => next.includes('/d/'));
    const next = new URL(locationOf(after.at(-1)) ?? '');
    next.searchParams.set('signed-in', String(Math.floor(Date.now() / 1000) + 16 * 60));
    const page = await afterMinutes(16, () => browser.fetch(next.href, { headers: NAVIGATION }));
    expect(locationOf(page)).to.match(new RegExp(`^${world.store.url}`));
  });

  it('asks the org about sessions of programs and frames, which cannot be sent through it', async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    await browser.open(link);
    const framed = { ...NAVIGATION, 'sec-fetch-dest': 'iframe' };
    const userinfo = (): number => world.org.requests.count('oauth.userinfo');
    const before = userinfo();
    const statuses = await afterMinutes(16, async () => [
      (await browser.fetch(link, { headers: framed })).status,
      (await browser.fetch(link, { headers: framed })).status,
    ]);
    expect(statuses).to.deep.equal([302, 302]);
    expect(userinfo() - before).to.equal(1);
  });

  it('can be left by a link to a page with a button, which ends the token in the org as well', async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    await browser.open(link, toStore);
    const stolen = browser.copy();
    const page = await browser.fetch(`${world.url}/sign-out`, { headers: NAVIGATION });
    expect(page.body).to.include('<form method="post" action="/sign-out"><button>Sign out</button></form>');
    expect(browser.cookies.get(world.url)?.has('session')).to.equal(true);
    const out = await browser.fetch(`${world.url}/sign-out`, {
      method: 'POST',
      headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' },
    });
    expect(out.body).to.include('You are signed out');
    expect(browser.cookies.get(world.url)?.has('session')).to.equal(false);
    expect((await stolen.fetch(link, { headers: { accept: '*/*' } })).status).to.equal(401);
  });

  it("is not left by another site's form", async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    await browser.open(link, toStore);
    for (const headers of [
      { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
      { ...NAVIGATION, 'sec-fetch-site': 'same-site' },
      { accept: 'text/html', origin: 'https://evil.example' },
    ]) {
      const page = await browser.fetch(`${world.url}/sign-out`, { method: 'POST', headers });
      expect(page.status).to.equal(403);
      expect(page.headers).not.to.have.property('set-cookie');
    }
    expect((await browser.open(link, toStore)).at(-1)?.status).to.equal(302);
  });

  it('is left when Salesforce says that somebody signed out there: sessions that began before are over', async () => {
    const { link } = world.addDocument();
    const browser = await world.browserOf(ALICE);
    await browser.open(link, toStore);
    const kept = browser.cookies.get(world.url)?.get('session') ?? '';
    await browser.fetch(`${world.url}/sign-out/salesforce`, { headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } });
    expect(world.lastDecision()).to.include({ decision: 'signed-out', reason: 'by-org' });
    // in a frame of another site the browser keeps the session's own cookie
    browser.cookies.get(world.url)?.set('session', kept);
    expect((await browser.fetch(link, { headers: { accept: '*/*' } })).status).to.equal(401);
    await afterMinutes(0.05, () => browser.open(link, toStore));
    expect(browser.cookies.get(world.url)?.get('session')).not.to.equal(kept);
  });
});
