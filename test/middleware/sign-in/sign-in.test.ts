import { expect } from 'chai';
import { locationOf, NAVIGATION } from '@file-migration/kit/redirect/browser';
import { ALICE, BOB, CAROL, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

describe('A person who clicks a document in Salesforce', () => {
  let world: RedirectWorld;
  before(async () => {
    world = await redirectWorld();
  });
  after(() => world.close());

  const toStore = (next: string): boolean => next.startsWith(world.store.url);

  it('is signed in without seeing it at the first click, and not asked again at the second', async () => {
    const browser = await world.browserOf(ALICE);
    const { link, id } = world.addDocument();
    const first = await browser.open(link);
    expect(first.map(({ status }) => status)).to.deep.equal([302, 302, 302, 302, 200]);
    expect(first.at(-1)?.body).to.equal(`%PDF-1.7 of ${id}`);
    const second = await browser.open(link);
    expect(second.map(({ status }) => status)).to.deep.equal([302, 200]);
    expect(world.lastDecision()).to.include({ via: 'session', decision: 'opened', record: id });
  });

  it('is told what to ask for when the admin has not let them use the app', async () => {
    // external users hold the permission set, but no extra condition is configured here
    const browser = await world.browserOf(CAROL);
    const pages = await browser.open(world.addDocument({ sharedWith: [CAROL] }).link);
    expect(pages.at(-1)?.status).to.equal(403);
    expect(pages.at(-1)?.body).to.include('File_Migration_User');
  });

  it('learns the same when the org itself refuses the app to them', async () => {
    const other = await redirectWorld({
      org: {
        users: [
          { username: 'admin@x.example', profile: 'admin' },
          { username: ALICE },
          { username: BOB, permissionSets: [] },
        ],
      },
    });
    try {
      const pages = await (await other.browserOf(BOB)).open(other.addDocument().link);
      expect(pages.at(-1)?.status).to.equal(403);
      expect(other.lastDecision()).to.include({ reason: 'no-app-access' });
    } finally {
      await other.close();
    }
  });

  it('keeps nothing in the browser that it can read: cookies are encrypted or mean nothing, HttpOnly and Lax', async () => {
    const browser = await world.browserOf(ALICE);
    const first = await browser.fetch(world.addDocument().link, { headers: NAVIGATION });
    expect(first.headers['set-cookie']).to.match(/^sign-in=[\w-]{22}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    const back = (await browser.open(locationOf(first) ?? '', toStore)).find(({ url }) => url.includes('/callback'));
    expect(back?.headers['set-cookie']).to.match(/^session=[\w-]+\.\.[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('is signed in anew, unseen, when the org has ended their session', async () => {
    const browser = await world.browserOf(ALICE);
    const { link } = world.addDocument();
    await browser.open(link);
    const session = browser.cookies.get(world.url)?.get('session');
    // a refused session that is only seconds old is no expired one
    const clock = Date.now;
    Date.now = () => clock() + 60_000;
    try {
      world.org.expireSessions(ALICE);
      const again = await world.browserOf(ALICE);
      browser.cookies.set(world.org.url, again.cookies.get(world.org.url) ?? new Map<string, string>());
      expect((await browser.open(link, toStore)).map(({ status }) => status)).to.deep.equal([302, 302, 302, 302]);
    } finally {
      Date.now = clock;
    }
    expect(browser.cookies.get(world.url)?.get('session')).not.to.equal(session);
  });

  it('is not sent round in circles when the org refuses the token that it has just issued', async () => {
    const browser = await world.browserOf(ALICE);
    world.org.setFaults([{ match: { operation: 'query' }, fault: { kind: 'error', status: 401 } }]);
    const pages = await browser.open(world.addDocument().link, toStore);
    world.org.setFaults([]);
    expect(pages.at(-1)?.status).to.equal(503);
  });

  it('can sign out, which ends the token in the org', async () => {
    const browser = await world.browserOf(ALICE);
    const { link } = world.addDocument();
    await browser.open(link, toStore);
    const stolen = browser.copy();
    expect((await browser.fetch(`${world.url}/sign-out`, { method: 'POST' })).status).to.equal(204);
    expect(browser.cookies.get(world.url)?.has('session')).to.equal(false);
    expect((await stolen.fetch(link, { headers: { accept: '*/*' } })).status).to.equal(401);
  });

  it('may be external when they meet the configured condition', async () => {
    const other = await redirectWorld({ variables: { REDIRECT_EXTERNAL_USERS_WHERE: "Name LIKE 'Public%'" } });
    try {
      const browser = await other.browserOf(CAROL);
      const shown = other.addDocument({ name: 'Public plan.pdf', sharedWith: [CAROL] });
      const hidden = other.addDocument({ name: 'Secret plan.pdf', sharedWith: [CAROL] });
      expect((await browser.open(shown.link)).at(-1)?.status).to.equal(200);
      expect((await browser.open(hidden.link)).at(-1)?.status).to.equal(404);
    } finally {
      await other.close();
    }
  });

  it('opens a document in a frame only when signed in; else the frame says how', async () => {
    const { link } = world.addDocument();
    const framed = { ...NAVIGATION, 'sec-fetch-dest': 'iframe' };
    const browser = await world.browserOf(ALICE);
    const before = await browser.fetch(link, { headers: framed });
    expect({ status: before.status, location: before.headers.location }).to.deep.equal({
      status: 401,
      location: undefined,
    });
    expect(before.body).to.include('target="_blank"').and.to.include(new URL(link).pathname);
    await browser.open(link);
    expect((await browser.fetch(link, { headers: framed })).status).to.equal(302);
  });
});
