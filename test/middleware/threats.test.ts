/*
 * Every row of the threat table, against the whole service: a real org and a real store behind it. Rows whose fine print
 * is a matter of one module have more tests there, under the same name.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'content-disposition';
import { expect } from 'chai';
import fc from 'fast-check';
import { EncryptedTokens } from '../../middleware/src/sign-in/encrypted-tokens.ts';
import { STAND_IN_APP } from '@file-migration/stand-ins/salesforce-org/oauth/clients';
import { Browser, NAVIGATION, locationOf, type Page } from '@file-migration/kit/redirect/browser';
import { startTamperingProxy, type TamperingProxy } from '@file-migration/kit/redirect/tampering-proxy';
import {
  ALICE,
  BOB,
  redirectWorld,
  type RedirectWorld,
  type WorldDocument,
} from '@file-migration/kit/redirect/redirect-world';

const KEY = { id: 'k1', secret: randomBytes(32) };
const SESSION_KEYS = { REDIRECT_SESSION_KEYS: `${KEY.id}:${KEY.secret.toString('base64')}` };

describe('Threats to the redirect service', () => {
  let world: RedirectWorld;
  let alice: Browser;
  let bob: Browser;

  before(async () => {
    world = await redirectWorld({ variables: SESSION_KEYS });
    alice = await signedIn(world, ALICE);
    bob = await signedIn(world, BOB);
  });
  after(() => world.close());
  afterEach(() => world.org.setFaults([]));

  const open = (browser: Browser, link: string): Promise<Page> => browser.fetch(link, { headers: NAVIGATION });
  const queries = (): number => world.org.requests.count('query');

  it("threat: reading another's file. Two users, two records: each opens their own, and gets for the other's what they get for an id that does not exist, byte for byte", async () => {
    const hers = world.addDocument({ sharedWith: [ALICE] });
    const his = world.addDocument({ sharedWith: [BOB] });
    const nowhere = world.addDocument();
    world.org.records.hardDelete(nowhere.id);
    expect(leadsTo(await open(alice, hers.link), world, hers)).to.equal(true);
    expect(leadsTo(await open(bob, his.link), world, his)).to.equal(true);
    for (const [browser, foreign] of [
      [alice, his],
      [bob, hers],
    ] as const) {
      const refused = await open(browser, foreign.link);
      const absent = await open(browser, nowhere.link);
      expect(refused.status).to.equal(404);
      expect(comparable(refused)).to.deep.equal(comparable(absent));
      const asProgram = await browser.fetch(`${foreign.link}?format=json`);
      expect(comparable(asProgram)).to.deep.equal(comparable(await browser.fetch(`${nowhere.link}?format=json`)));
    }
  });

  it("threat: reading another's file, behind a restriction rule, which SOQL obeys", async () => {
    const restricted = await redirectWorld({
      org: {
        users: [
          { username: 'admin@x.example', profile: 'admin' },
          { username: ALICE, restrictionRules: [{ object: 'DocListEntry__c', where: "Name = 'Open.pdf'" }] },
        ],
      },
    });
    try {
      const browser = await signedIn(restricted, ALICE);
      const allowed = restricted.addDocument({ name: 'Open.pdf' });
      expect(leadsTo(await open(browser, allowed.link), restricted, allowed)).to.equal(true);
      expect((await open(browser, restricted.addDocument({ name: 'Closed.pdf' }).link)).status).to.equal(404);
    } finally {
      await restricted.close();
    }
  });

  it("threat: editing one record's key field to read another's file. Refused as not found, and counted", async () => {
    const secret = world.addDocument({ sharedWith: [BOB] });
    const mine = world.addDocument({ sharedWith: [ALICE] });
    for (const key of [
      secret.key,
      `${secret.key}/../../${mine.id}/x`,
      `uploads/no-account/${mine.id}/../${secret.id}/Plan_2026.pdf`,
    ]) {
      world.org.records.update(mine.id, { File_Key__c: key }, ALICE);
      expect((await open(alice, mine.link)).status, key).to.equal(404);
      expect(world.lastDecision()).to.include({ decision: 'refused', reason: 'key-refused', record: mine.id });
    }
    expect(await metricsOf(world)).to.match(/redirect_decisions_total\{decision="refused",reason="key-refused"\} 3/);
  });

  it('threat: empty, dot-segment and control-character keys never become a redirect', async () => {
    const mine = world.addDocument();
    const folder = `uploads/no-account/${mine.id}`;
    for (const key of [
      null,
      ' ',
      '/',
      '.',
      '..',
      `${folder}/`,
      `${folder}/.`,
      `${folder}/..`,
      `${folder}//x`,
      `${folder}/a\tb`,
      `${folder}/a\\b`,
    ]) {
      world.org.records.update(mine.id, { File_Key__c: key });
      const page = await open(alice, mine.link);
      expect({ key, status: page.status, location: page.headers.location }).to.deep.equal({
        key,
        status: 404,
        location: undefined,
      });
    }
  });

  describe('threat: SOQL injection and id confusion', () => {
    it('decides alike for the 15- and the 18-character form', async () => {
      const mine = world.addDocument();
      const his = world.addDocument({ sharedWith: [BOB] });
      expect(leadsTo(await open(alice, `${world.url}/d/${mine.id.slice(0, 15)}`), world, mine)).to.equal(true);
      expect((await open(alice, `${world.url}/d/${his.id.slice(0, 15)}`)).status).to.equal(404);
    });

    it('answers 400 to a wrong check suffix, another object and anything that is no id, without a question to the org', async () => {
      const { id } = world.addDocument();
      const before = world.org.requests.total();
      const wrongSuffix = id.slice(0, 17) + (id.endsWith('A') ? 'B' : 'A');
      const otherCase = id.slice(0, 5).toLowerCase() + id.slice(5).toUpperCase();
      for (const bad of [
        wrongSuffix,
        otherCase,
        '001000000000001',
        `${id}' OR Name != '`,
        `${id}%27`,
        `${id}%00`,
        `${id}/..`,
        '%',
        '%ff',
        'x'.repeat(4000),
      ]) {
        const page = await open(alice, `${world.url}/d/${bad.replaceAll(' ', '%20')}`);
        expect(page.status, bad).to.equal(400);
      }
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), async (text) => {
          const { status, headers } = await open(alice, `${world.url}/d/${encodeURIComponent(text.toWellFormed())}`);
          expect(status).to.equal(400);
          expect(headers).not.to.have.property('location');
        }),
        { numRuns: 100 },
      );
      expect(world.org.requests.total()).to.equal(before);
    });
  });

  describe('threat: failing open. Whatever the org answers, nothing but a clear yes leads to storage', () => {
    const faults = [
      { kind: 'error', status: 401 },
      { kind: 'error', status: 403 },
      { kind: 'error', status: 403, code: 'REQUEST_LIMIT_EXCEEDED' },
      { kind: 'error', status: 403, code: 'API_DISABLED_FOR_ORG' },
      { kind: 'error', status: 400, code: 'INVALID_FIELD' },
      { kind: 'error', status: 404 },
      { kind: 'error', status: 429 },
      { kind: 'error', status: 500 },
      { kind: 'error', status: 503 },
      { kind: 'cut' },
      { kind: 'cut', atByte: 150 },
    ] as const;
    for (const fault of faults) {
      it(JSON.stringify(fault), async () => {
        const { link } = world.addDocument();
        world.org.setFaults([{ match: { operation: 'query' }, fault }]);
        const page = await open(alice.copy(), link);
        expect(locationOf(page)?.startsWith(world.store.url) ?? false).to.equal(false);
        expect(page.status).to.be.oneOf([302, 403, 503]);
        if (page.status === 302) expect(locationOf(page)).to.include('/services/oauth2/authorize');
      });
    }

    it('an org that does not answer in time', async () => {
      const impatient = await redirectWorld({ variables: { REDIRECT_ORG_TIMEOUT_SECONDS: '1' } });
      try {
        const { link } = impatient.addDocument();
        impatient.org.setFaults([{ match: { operation: 'oauth.userinfo' }, fault: { kind: 'delay', ms: 1500 } }]);
        const authorization = `Bearer ${impatient.org.accessTokens[ALICE] ?? ''}`;
        expect((await new Browser().fetch(link, { headers: { authorization } })).status).to.equal(503);
        impatient.org.setFaults([{ match: { operation: 'query' }, fault: { kind: 'delay', ms: 1500 } }]);
        expect((await new Browser().fetch(link, { headers: { authorization } })).status).to.equal(503);
        const { host } = new URL(impatient.org.url);
        expect(impatient.lastDecision()).to.include({ reason: 'org-trouble', detail: `TIMEOUT ${host}` });
      } finally {
        await impatient.close();
      }
    });

    it('garbage: other shapes, other records, more records, redirects and pages of HTML', async () => {
      const { world: forged, proxy, browser, document } = await behindProxy();
      try {
        const row = {
          Id: document.id,
          Name: 'x.pdf',
          Document__c: document.link,
          File_Key__c: document.key,
          File_Original_Url__c: null,
        };
        const answers: readonly [number, string][] = [
          [200, '<html>maintenance</html>'],
          [200, ''],
          [200, 'null'],
          [200, '[]'],
          [200, '{}'],
          [200, JSON.stringify({ done: true, totalSize: 1, records: [] })],
          [200, JSON.stringify({ done: true, totalSize: 2, records: [row, row] })],
          [200, JSON.stringify({ done: false, totalSize: 1, records: [row] })],
          [200, JSON.stringify({ done: true, totalSize: 1, records: [{ ...row, Id: forged.addDocument().id }] })],
          [200, JSON.stringify({ done: true, totalSize: 1, records: [{ ...row, Id: undefined }] })],
          [
            200,
            JSON.stringify({
              done: true,
              totalSize: 1,
              records: [{ ...row, File_Key__c: { toString: document.key } }],
            }),
          ],
          [200, JSON.stringify({ done: true, totalSize: 1, records: [{ ...row, pad: 'x'.repeat(70_000) }] })],
          [201, JSON.stringify({ done: true, totalSize: 1, records: [row] })],
          [206, JSON.stringify({ done: true, totalSize: 1, records: [row] })],
          [302, JSON.stringify({ done: true, totalSize: 1, records: [row] })],
          [500, JSON.stringify({ done: true, totalSize: 1, records: [row] })],
        ];
        for (const [status, body] of answers) {
          proxy.tamper = (path, answer) => {
            if (path.endsWith('/query')) Object.assign(answer, { status, body });
          };
          const page = await open(browser, document.link);
          expect({ body: body.slice(0, 90), status: page.status }).to.deep.equal({
            body: body.slice(0, 90),
            status: 503,
          });
        }
        proxy.tamper = () => undefined;
        expect(leadsTo(await open(browser, document.link), forged, document)).to.equal(true);
      } finally {
        await forged.close();
        await proxy.close();
      }
    });
  });

  it('threat: open redirect. Hostile addresses on the record lead nowhere, in every mode', async () => {
    for (const url of [
      'https://evil.example/x',
      'https://vendor-files.s3.us-east-1.amazonaws.com@evil.example/',
      'https://vendor-files.s3.us-east-1.amazonaws.com\\@evil.example',
      '//evil.example',
      'javascript:alert(1)',
      `${world.url}/d/../sign-out`,
    ]) {
      const document = world.addDocument({ fields: () => ({ Document__c: url, File_Original_Url__c: url }) });
      expect((await open(alice, document.link)).status, url).to.equal(404);
      expect(world.lastDecision()).to.include({ reason: 'url-refused' });
    }
    const { link } = world.addDocument();
    for (const query of [
      '?retURL=https://evil.example',
      '?next=//evil.example',
      '//evil.example',
      '?url=https://evil.example&t=x',
    ]) {
      const to = locationOf(await open(alice, link + query));
      expect(to === undefined || to.startsWith(world.store.url), query).to.equal(true);
    }
  });

  describe('threat: login CSRF and code injection', () => {
    const callback = async (browser: Browser): Promise<string> => {
      const pages = await browser.open(world.addDocument().link, (next) => next.includes('/sign-in/callback'));
      return locationOf(pages.at(-1)) ?? '';
    };
    const refused = async (browser: Browser, url: string): Promise<void> => {
      const page = await browser.fetch(url, { headers: NAVIGATION });
      expect(page.status).to.equal(400);
      expect(browser.cookies.get(world.url)?.has('session') ?? false).to.equal(false);
      expect(world.lastDecision()).to.include({ decision: 'refused', reason: 'sign-in-refused' });
    };

    it('refuses a missing and a wrong state', async () => {
      const browser = await world.browserOf(ALICE);
      const url = new URL(await callback(browser));
      const without = new URL(url);
      without.searchParams.delete('state');
      await refused(browser.copy(), without.href);
      url.searchParams.set('state', 'x'.repeat(43));
      await refused(browser, url.href);
    });

    it("refuses another browser's answer, as an attacker would send it to their victim", async () => {
      const attacker = await world.browserOf(BOB);
      await refused(await world.browserOf(ALICE), await callback(attacker));
    });

    it("refuses another browser's code in an attempt of its own", async () => {
      const stolen = new URL(await callback(await world.browserOf(ALICE))).searchParams.get('code') ?? '';
      const attacker = await world.browserOf(BOB);
      const url = new URL(await callback(attacker));
      url.searchParams.set('code', stolen);
      await refused(attacker, url.href);
    });

    it('refuses an answer that has been used, also by a browser that kept its cookies', async () => {
      const browser = await world.browserOf(ALICE);
      const url = await callback(browser);
      const kept = browser.copy();
      expect((await browser.fetch(url, { headers: NAVIGATION })).status).to.equal(302);
      await refused(kept, url);
      const again = browser.copy();
      again.cookies.get(world.url)?.delete('session');
      await refused(again, url);
    });

    it('refuses an attempt that is too old', async () => {
      const browser = await world.browserOf(ALICE);
      const url = await callback(browser);
      const clock = Date.now;
      Date.now = () => clock() + 601_000;
      try {
        await refused(browser, url);
      } finally {
        Date.now = clock;
      }
    });
  });

  it('threat: parallel first clicks. Six tabs at once all open, and abandoned ones leave no heap of cookies', async () => {
    const browser = await world.browserOf(ALICE);
    const documents = Array.from({ length: 6 }, () => world.addDocument());
    const tabs = await Promise.all(documents.map(({ link }) => browser.open(link)));
    expect(tabs.map((pages) => pages.at(-1)?.body)).to.deep.equal(documents.map(({ id }) => `%PDF-1.7 of ${id}`));
    const abandoned = await world.browserOf(ALICE);
    for (let tab = 0; tab < 30; tab++) await abandoned.fetch(world.addDocument().link, { headers: NAVIGATION });
    expect(abandoned.cookies.get(world.url)?.size).to.equal(1);
  });

  describe('threat: wrong org and SSRF', () => {
    const forgeries: Readonly<Record<string, (token: Record<string, unknown>, url: string) => void>> = {
      'a foreign org id': (token, url) => (token.id = `${url}/id/00D000000000099EAA/005000000000001AAA`),
      'a foreign user': (token) => (token.id = String(token.id).replace(/005\w+$/, '005000000000099AAA')),
      'a foreign instance': (token) => (token.instance_url = 'http://169.254.169.254'),
      'an instance that only looks like the org': (token, url) => (token.instance_url = `${url}@evil.example`),
      'no identity at all': (token) => delete token.id,
    };
    for (const [what, forge] of Object.entries(forgeries)) {
      it(`refuses ${what} in the token answer, and sends the token nowhere`, async () => {
        const { world: forged, proxy, document } = await behindProxy();
        try {
          proxy.tamper = (path, answer) => {
            if (!path.endsWith('/token')) return;
            const token = JSON.parse(answer.body) as Record<string, unknown>;
            forge(token, proxy.url);
            answer.body = JSON.stringify(token);
          };
          proxy.paths.length = 0;
          const browser = await forged.browserOf(ALICE);
          const page = (await browser.open(document.link)).at(-1);
          expect(page?.status).to.be.oneOf([403, 503]);
          expect(browser.cookies.get(forged.url)?.has('session')).to.equal(false);
          expect(proxy.paths.filter((path) => /userinfo|query/.test(path))).to.deep.equal([]);
        } finally {
          await forged.close();
          await proxy.close();
        }
      });
    }

    it("refuses a bearer token of which the org says that it is another org's", async () => {
      const { world: forged, proxy, document } = await behindProxy();
      try {
        proxy.tamper = (path, answer) => {
          if (path.endsWith('/userinfo')) answer.body = answer.body.replace(/00D\w{15}/g, '00D000000000099EAA');
        };
        proxy.paths.length = 0;
        const authorization = `Bearer ${forged.org.accessTokens[ALICE] ?? ''}`;
        expect((await new Browser().fetch(document.link, { headers: { authorization } })).status).to.equal(401);
        expect(proxy.paths.filter((path) => path.includes('query'))).to.deep.equal([]);
      } finally {
        await forged.close();
        await proxy.close();
      }
    });

    it("does not open another org's session, though it was encrypted with the same key", async () => {
      const other = await EncryptedTokens.create([KEY], KEY.id, '00D000000000099EAA');
      const browser = new Browser();
      const session = { jti: 'x', sub: '005000000000001AAA', external: false, token: 'x' };
      browser.cookies.set(world.url, new Map([['session', await other.encrypt('session.2', session, 60)]]));
      expect((await browser.fetch(world.addDocument().link)).status).to.equal(401);
    });
  });

  describe('threat: cookie forgery and stale key', () => {
    const with_ = (session: string): Browser => {
      const browser = new Browser();
      browser.cookies.set(world.url, new Map([['session', session]]));
      return browser;
    };

    it('takes no cookie with a changed byte, an unknown key id or a made-up payload', async () => {
      const { link } = world.addDocument();
      const good = alice.cookies.get(world.url)?.get('session') ?? '';
      expect((await with_(good).fetch(link)).status).to.equal(302);
      for (let at = 0; at < good.length; at++) {
        const forged = good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1);
        expect((await with_(forged).fetch(link)).status, `byte ${at}`).to.equal(401);
      }
      const [header = '', ...rest] = good.split('.');
      const otherKey = Buffer.from(header, 'base64url').toString().replace('"k1"', '"k2"');
      const renamed = [Buffer.from(otherKey).toString('base64url'), ...rest].join('.');
      expect((await with_(renamed).fetch(link)).status).to.equal(401);
      const ours = await EncryptedTokens.create([KEY], KEY.id, world.org.orgId);
      const madeUp = [await ours.encrypt('session.2', { sub: 'x' }, 60), await ours.encrypt('login-state.1', {}, 60)];
      for (const token of madeUp) expect((await with_(token).fetch(link)).status).to.equal(401);
    });

    it('takes no session that is older than it may be, nor one encrypted with a key that was rotated out', async () => {
      const { link } = world.addDocument();
      const clock = Date.now;
      Date.now = () => clock() + 481 * 60_000;
      try {
        expect((await alice.copy().fetch(link)).status).to.equal(401);
      } finally {
        Date.now = clock;
      }
      const old = await EncryptedTokens.create([{ id: 'k0', secret: randomBytes(32) }], 'k0', world.org.orgId);
      expect((await with_(await old.encrypt('session.2', {}, 60)).fetch(link)).status).to.equal(401);
    });
  });

  it('threat: secrets in logs. No token, code, cookie, signature, secret, name or key in logs, metrics and bodies', async () => {
    const quiet = await redirectWorld({ variables: { REDIRECT_LOG_LEVEL: 'debug' } });
    try {
      const canaries = [STAND_IN_APP.clientSecret, 'X-Amz-Signature', 'Canary Name', quiet.credential.secretAccessKey];
      const browser = await quiet.browserOf(ALICE);
      const { link } = quiet.addDocument({ name: 'Canary Name.pdf' });
      const pages = await browser.open(link, (next) => next.startsWith(quiet.store.url));
      for (const page of pages) {
        for (const value of new URL(locationOf(page) ?? page.url).searchParams.values())
          if (value.length > 20) canaries.push(value);
      }
      for (const jar of browser.cookies.values()) canaries.push(...jar.values());
      const bearer = quiet.org.accessTokens[BOB] ?? '';
      canaries.push(bearer);
      await browser.fetch(link, { headers: { authorization: `Bearer ${bearer}` } });
      quiet.org.setFaults([{ match: {}, fault: { kind: 'error', status: 500 } }]);
      const failures = [
        await browser.open(link),
        await browser.open(`${quiet.url}/sign-in/callback?code=canary-code-0123456789&state=canary-state-0123456789`),
        await browser.open(`${link}?t=canary-link-token-0123456789`),
      ].flat();
      canaries.push('canary-code', 'canary-state', 'canary-link-token');
      const said = [
        JSON.stringify(quiet.logs),
        await metricsOf(quiet),
        ...[...pages, ...failures].filter(({ url }) => url.startsWith(quiet.url)).map(({ body }) => body),
      ];
      for (const text of said) {
        for (const canary of canaries) expect(text.includes(canary), canary.slice(0, 24)).to.equal(false);
      }
      expect(quiet.logs.length).to.be.greaterThan(5);
    } finally {
      await quiet.close();
    }
  });

  it('threat: dying URL. Credentials with 20 s left and none newer: an address that says so; with 5 s left: a page', async () => {
    let expiration = new Date(Date.now() + 20_000);
    const dying = await redirectWorld({
      surroundings: { credentials: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b', expiration }) },
    });
    try {
      const browser = await dying.browserOf(ALICE);
      const { link } = dying.addDocument();
      const signed = locationOf((await browser.open(link, (next) => next.startsWith(dying.store.url))).at(-1)) ?? '';
      expect(Number(new URL(signed).searchParams.get('X-Amz-Expires'))).to.be.within(15, 20);
    } finally {
      await dying.close();
    }
    expiration = new Date(Date.now() + 5000);
    const dead = await redirectWorld({
      surroundings: { credentials: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b', expiration }) },
    });
    try {
      const browser = await dead.browserOf(ALICE);
      expect((await browser.open(dead.addDocument().link)).at(-1)?.status).to.equal(503);
      expect(dead.lastDecision()).to.include({ reason: 'storage-trouble' });
      expect((await fetch(`${dead.url}/readyz`)).status).to.equal(503);
    } finally {
      await dead.close();
    }
  });

  it('threat: stored XSS. What was stored as text/html under .pdf, .html or .svg comes as what its name allows, or as bytes to download', async () => {
    const script = { bytes: '<script>alert(1)</script>', contentType: 'text/html' };
    for (const [name, type, disposition] of [
      ['page.pdf', 'application/pdf', 'inline'],
      ['page.html', 'application/octet-stream', 'attachment'],
      ['page.svg', 'application/octet-stream', 'attachment'],
      ['page', 'application/octet-stream', 'attachment'],
    ] as const) {
      const file = (await alice.open(world.addDocument({ name, object: script }).link)).at(-1);
      expect(file?.status).to.equal(200);
      expect(file?.headers['content-type']).to.equal(type);
      expect(file?.headers['content-disposition']).to.match(new RegExp(`^${disposition}`));
    }
  });

  it('threat: header injection. Names with line ends, quotes and letters of the world reach the browser in the forms of RFC 6266', async () => {
    for (const name of ['a\r\nSet-Cookie: x=y.pdf', 'say "hi".pdf', 'Verträge 漢字 😀.pdf', "a'b%;=,.pdf"]) {
      const document = world.addDocument({ name: 'x.pdf' });
      world.org.records.update(document.id, { Name: name });
      const file = (await alice.open(document.link)).at(-1);
      expect(file?.status, name).to.equal(200);
      expect(file?.headers).not.to.have.property('set-cookie');
      const { parameters } = parse(String(file?.headers['content-disposition']));
      expect(parameters.filename).to.equal(name.replace('\r\n', ''));
    }
  });

  it('threat: revocation. After access is taken away, the answer is no within the cache time', async () => {
    const cached = await redirectWorld({ variables: { REDIRECT_ACCESS_CACHE_SECONDS: '1' } });
    try {
      const browser = await signedIn(cached, ALICE);
      const document = cached.addDocument();
      expect(leadsTo(await open(browser, document.link), cached, document)).to.equal(true);
      cached.org.records.unshare(document.id, ALICE);
      const revokedAt = performance.now();
      const before = cached.org.requests.count('query');
      expect(leadsTo(await open(browser, document.link), cached, document)).to.equal(true);
      expect(cached.org.requests.count('query')).to.equal(before);
      await wait(1010 - (performance.now() - revokedAt));
      expect((await open(browser, document.link)).status).to.equal(404);
    } finally {
      await cached.close();
    }
  });

  it('threat: flood. Limits by user, else by address (a /56 of IPv6), and believes in addresses only what configured proxies say', async () => {
    const proxied = { REDIRECT_USER_LIMIT: '5', REDIRECT_ADDRESS_LIMIT: '8', REDIRECT_TRUST_PROXY: '1' };
    const flooded = await redirectWorld({ variables: proxied });
    const stranger = async (address: string): Promise<number> =>
      (await new Browser().fetch(flooded.addDocument().link, { headers: { 'x-forwarded-for': address } })).status;
    try {
      const times = async (count: number, ask: () => Promise<number>): Promise<number[]> => {
        const statuses: number[] = [];
        for (let turn = 0; turn < count; turn++) statuses.push(await ask());
        return statuses;
      };
      const browser = await signedIn(flooded, ALICE, 'x');
      const asAlice = async (): Promise<number> => {
        const { status, headers } = await browser.fetch(flooded.addDocument().link, {
          headers: { ...NAVIGATION, 'x-forwarded-for': '203.0.113.9' },
        });
        if (status === 429) expect(headers['retry-after']).to.equal('60');
        return status;
      };
      // the click that signed her in was the first of five
      expect(await times(6, asAlice)).to.deep.equal([302, 302, 302, 302, 429, 429]);
      expect(await times(9, () => stranger('203.0.113.7'))).to.deep.equal([...Array<number>(8).fill(401), 429]);
      expect(await stranger('203.0.113.8')).to.equal(401);
      await times(8, () => stranger('2001:db8:1:1::1'));
      expect(await stranger('2001:db8:1:22::9')).to.equal(429);
      expect(await stranger('2001:db8:1:100::1')).to.equal(401);
      expect(flooded.logs.filter(({ reason }) => reason === 'limited')).to.have.length(4);
    } finally {
      await flooded.close();
    }
    const direct = await redirectWorld({ variables: { REDIRECT_ADDRESS_LIMIT: '3' } });
    try {
      const statuses: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        const { link } = direct.addDocument();
        statuses.push(
          (await new Browser().fetch(link, { headers: { 'x-forwarded-for': `203.0.113.${turn}` } })).status,
        );
      }
      expect(statuses).to.deep.equal([401, 401, 401, 429]);
    } finally {
      await direct.close();
    }
  });

  it('asks the org for nothing but what it says: one query a click', async () => {
    const { link } = world.addDocument();
    const before = { queries: queries(), all: world.org.requests.total() };
    await open(alice, link);
    expect({ queries: queries() - before.queries, all: world.org.requests.total() - before.all }).to.deep.equal({
      queries: 1,
      all: 1,
    });
    expect(world.org.requests.unknown).to.deep.equal([]);
  });

  /** A world whose org can be made to lie, with Alice signed in to it. */
  async function behindProxy(): Promise<{
    world: RedirectWorld;
    proxy: TamperingProxy;
    browser: Browser;
    document: WorldDocument;
  }> {
    let orgUrl = '';
    const proxy = await startTamperingProxy(() => orgUrl);
    const forged = await redirectWorld({
      orgUrl: (org) => {
        orgUrl = org.url;
        return proxy.url;
      },
    });
    return { world: forged, proxy, browser: await signedIn(forged, ALICE), document: forged.addDocument() };
  }
});

/** A browser that has opened a document before. */
async function signedIn(world: RedirectWorld, username: string, address?: string): Promise<Browser> {
  const browser = await world.browserOf(username);
  const { link } = world.addDocument({ sharedWith: [username] });
  await browser.open(link, (next) => next.startsWith(world.store.url));
  expect(browser.cookies.get(world.url)?.has('session'), address).to.equal(true);
  return browser;
}

function leadsTo(page: Page, world: RedirectWorld, document: WorldDocument): boolean {
  const url = URL.parse(locationOf(page) ?? '');
  return url?.origin === world.store.url && decodeURIComponent(url.pathname) === `/customer-files/${document.key}`;
}

/** All of an answer but what differs between any two: the moment and the request's id. */
function comparable({ status, headers, body }: Page): unknown {
  return { status, headers: { ...headers, date: '', 'x-request-id': '' }, body };
}

async function metricsOf(world: RedirectWorld): Promise<string> {
  return (await fetch(`http://127.0.0.1:${world.service.metricsPort}/metrics`)).text();
}
