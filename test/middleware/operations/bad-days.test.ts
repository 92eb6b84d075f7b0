import { connect } from 'node:net';
import { expect } from 'chai';
import { Browser, NAVIGATION, type Page } from '@file-migration/kit/redirect/browser';
import { linkSigner } from '@file-migration/kit/redirect/link-signer';
import { startTamperingProxy, type TamperingProxy } from '@file-migration/kit/redirect/tampering-proxy';
import {
  ALICE,
  redirectWorld,
  type RedirectWorld,
  type RedirectWorldOptions,
} from '@file-migration/kit/redirect/redirect-world';

/** What an operator meets sooner or later; each case in a world of its own. */
describe('The redirect service on a bad day', () => {
  const worlds: (RedirectWorld | TamperingProxy)[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });

  async function start(options: RedirectWorldOptions = {}): Promise<RedirectWorld> {
    const world = await redirectWorld(options);
    worlds.unshift(world);
    return world;
  }

  /** A world whose org can be made to answer otherwise. */
  async function behindProxy(
    options: RedirectWorldOptions = {},
  ): Promise<{ world: RedirectWorld; proxy: TamperingProxy }> {
    let orgUrl = '';
    const proxy = await startTamperingProxy(() => orgUrl);
    worlds.push(proxy);
    const world = await start({
      ...options,
      orgUrl: (org) => {
        orgUrl = org.url;
        return proxy.url;
      },
    });
    return { world, proxy };
  }

  const metricsOf = async (world: RedirectWorld): Promise<string> =>
    (await fetch(`http://127.0.0.1:${world.service.metricsPort}/metrics`)).text();

  describe('when something was not foreseen', () => {
    it('names and counts it, and shows no stack trace whatever NODE_ENV says', async () => {
      const world = await start();
      const browser = await world.browserOf(ALICE);
      const { link } = world.addDocument();
      const { metrics } = world.service;
      const decided = metrics.decided.bind(metrics);
      metrics.decided = () => {
        metrics.decided = decided;
        throw new TypeError('secret words');
      };
      const page = await browser.fetch(link, { headers: NAVIGATION });
      expect(page.status).to.equal(500);
      expect(page.body)
        .not.to.include('secret words')
        .and.not.to.match(/\bat \S+:\d+/);
      const line = world.logs.find(({ message }) => message === 'unforeseen error');
      expect(line).to.include({ level: 'error', error: 'TypeError' });
      expect(line?.at).to.match(/^at /);
      expect(world.lastDecision()).to.include({ decision: 'refused', reason: 'internal-error', detail: 'TypeError' });
      expect(await metricsOf(world)).to.include(
        'redirect_decisions_total{decision="refused",reason="internal-error"} 1',
      );
    });

    it('answers 400 to what is malformed, on the wire too', async () => {
      const world = await start();
      const targets = [
        'http://x:99999/sign-in/callback?state=x',
        'http://x:99999/d/x',
        '/d/%',
        '/sign-in/callback?state=%ff&state=a&state[]=b',
        '/sign-in/callback?state=..%00',
        '*',
      ];
      for (const target of targets) {
        expect(
          await raw(world.service.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
          target,
        ).to.match(/^HTTP\/1\.1 400 /);
      }
      expect(await raw(world.service.port, 'nonsense\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /);
      const tooLong = await raw(
        world.service.port,
        `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(40_000)}\r\n\r\n`,
      );
      expect(tooLong)
        .to.match(/^HTTP\/1\.1 431 /)
        .and.to.include('Delete the cookies of this site');
      const metrics = await metricsOf(world);
      expect(metrics).to.include('redirect_unreadable_requests_total{code="HPE_HEADER_OVERFLOW"} 1');
      expect(world.logs.filter(({ message }) => message === 'unforeseen error')).to.deep.equal([]);
    });
  });

  describe('when the clock is wrong', () => {
    for (const [secondsBehind, status, warned] of [
      [0, 200, 0],
      [45, 200, 1],
      [180, 503, 1],
      [-180, 503, 1],
    ] as const) {
      it(`${secondsBehind} s behind the org's: ready answers ${status}, ${warned ? 'with a warning' : 'quietly'}`, async () => {
        const world = await start({ org: { clock: () => Date.now() + secondsBehind * 1000 } });
        const ready = await fetch(`${world.url}/readyz`);
        expect(ready.status).to.equal(status);
        if (status === 503)
          expect(await ready.text()).to.match(/the clock is 1(79|80|81) s (behind|ahead of) the org's/);
        expect(world.logs.filter(({ message }) => String(message).includes('NTP'))).to.have.length(warned);
        const [, ahead] = /^redirect_clock_seconds_ahead (\S+)/m.exec(await metricsOf(world)) ?? [];
        expect(Number(ahead)).to.be.closeTo(-secondsBehind, 2);
      });
    }
  });

  describe('when My Domain has been renamed', () => {
    const openedAsAlice = async (world: RedirectWorld): Promise<Page | undefined> =>
      (await (await world.browserOf(ALICE)).open(world.addDocument().link)).at(-1);

    it('does not tell people to try again in half a minute, and tells the operator the new name', async () => {
      const { world, proxy } = await behindProxy();
      const browser = await world.browserOf(ALICE);
      await browser.open(world.addDocument().link);
      proxy.tamper = (path, answer) => {
        if (!/query|token|userinfo/.test(path)) return;
        answer.status = 301;
        answer.location = 'https://renamed.my.salesforce.com/x';
      };
      for (const page of [(await browser.open(world.addDocument().link)).at(-1), await openedAsAlice(world)]) {
        expect(page?.status).to.equal(503);
        expect(page?.body).to.include('needs its administrator').and.not.include('half a minute');
        const { reason, detail } = world.lastDecision();
        expect(reason).to.equal('org-moved');
        expect(detail).to.include('renamed.my.salesforce.com');
      }
    });

    it('finds out when the org calls itself otherwise', async () => {
      const { world, proxy } = await behindProxy();
      proxy.tamper = (path, answer) => {
        if (!path.endsWith('/token')) return;
        answer.body = answer.body.replace(
          /"instance_url":"[^"]*"/,
          '"instance_url":"https://renamed.my.salesforce.com"',
        );
      };
      expect((await openedAsAlice(world))?.status).to.equal(503);
      expect(world.lastDecision().detail).to.include('renamed.my.salesforce.com');
    });

    it('says that the org refuses the service itself, as it does after its secret was rotated', async () => {
      const world = await start({ variables: { REDIRECT_CLIENT_SECRET: 'yesterday' } });
      const page = await openedAsAlice(world);
      expect(page?.status).to.equal(503);
      expect(page?.body).to.include('needs its administrator');
      expect(world.lastDecision()).to.include({ reason: 'app-refused' });
    });
  });

  describe('when the org is slow', () => {
    it('lets a crowd of people wait for it instead of refusing them', async () => {
      const { world, proxy } = await behindProxy({ variables: { REDIRECT_ORG_TIMEOUT_SECONDS: '5' } });
      const browser = await world.browserOf(ALICE);
      const documents = Array.from({ length: 600 }, () => world.addDocument());
      await browser.open(documents[0]!.link);
      proxy.tamper = () => new Promise((resolve) => setTimeout(resolve, 3000));
      const pages = await Promise.all(documents.map(({ link }) => browser.fetch(link, { headers: NAVIGATION })));
      expect(pages.filter(({ status }) => status !== 302).map(({ status }) => status)).to.deep.equal([]);
    });

    it('does not let made-up tokens take the place of people who click', async () => {
      const { world, proxy } = await behindProxy();
      const browser = await world.browserOf(ALICE);
      const documents = Array.from({ length: 10 }, () => world.addDocument());
      await browser.open(documents[0]!.link);
      proxy.tamper = () => new Promise((resolve) => setTimeout(resolve, 1500));
      const made = `${world.org.orgId.slice(0, 15)}!`;
      const forged = Array.from({ length: 200 }, (_, index) =>
        new Browser().fetch(documents[0]!.link, { headers: { authorization: `Bearer ${made}${index}` } }),
      );
      const clicks = await Promise.all(documents.map(({ link }) => browser.fetch(link, { headers: NAVIGATION })));
      expect(clicks.map(({ status }) => status)).to.deep.equal(Array<number>(10).fill(302));
      const statuses = (await Promise.all(forged)).map(({ status }) => status);
      expect(new Set(statuses)).to.satisfy((found: Set<number>) =>
        [...found].every((one) => [401, 429, 503].includes(one)),
      );
    });

    it('refuses what cannot be a token of this org without asking it, and soon also who goes on guessing', async () => {
      const world = await start();
      const { link } = world.addDocument();
      const ask = async (token: string): Promise<number> =>
        (await new Browser().fetch(link, { headers: { authorization: `Bearer ${token}` } })).status;
      const before = world.org.requests.total();
      for (const token of ['x', `00D000000000099!${'x'.repeat(90)}`, 'a.b']) expect(await ask(token)).to.equal(401);
      expect(world.org.requests.total()).to.equal(before);
      const ours = `${world.org.orgId.slice(0, 15)}!`;
      const statuses: number[] = [];
      for (let turn = 0; turn < 40; turn++) statuses.push(await ask(`${ours}${turn}`));
      expect(statuses.slice(0, 20)).to.deep.equal(Array<number>(20).fill(401));
      expect(statuses.at(-1)).to.equal(429);
      expect(world.org.requests.total() - before).to.be.lessThan(31);
      expect(await ask(world.org.accessTokens[ALICE] ?? '')).to.equal(429);
    });
  });

  describe('when a certificate for link tokens expires', () => {
    const PAGE = { REDIRECT_LINK_PAGE: '/apex/FileMigrationOpen' };
    const statusWith = async (
      world: RedirectWorld,
      signer: Awaited<ReturnType<typeof linkSigner>>,
    ): Promise<number> => {
      const { id, key, link } = world.addDocument();
      const now = Math.floor(Date.now() / 1000);
      const token = await signer.sign({
        iss: world.org.orgId,
        aud: world.url,
        sub: '005000000000001AAA',
        iat: now,
        exp: now + 50,
        user_type: 'Standard',
        record: id,
        name: 'Plan.pdf',
        url: link,
        key,
      });
      return (await new Browser().fetch(`${link}?t=${token}`, { headers: { accept: '*/*' } })).status;
    };

    it('starts with the good one beside it, and warns', async () => {
      const [expired, good] = [await linkSigner({ notAfter: new Date(Date.now() - 60_000) }), await linkSigner()];
      const world = await start({
        variables: { ...PAGE, REDIRECT_LINK_CERTIFICATE: expired.certificate + good.certificate },
      });
      expect([await statusWith(world, good), await statusWith(world, expired)]).to.deep.equal([302, 401]);
      expect(world.logs.find(({ level }) => level === 'warn')?.message).to.include('expired on');
      expect(await metricsOf(world)).to.match(/redirect_link_certificate_seconds_left \d{4,}/);
    });

    it('does not take it any further in a service that runs', async () => {
      const soon = await linkSigner({ notAfter: new Date(Date.now() + 60_000) });
      const world = await start({ variables: { ...PAGE, REDIRECT_LINK_CERTIFICATE: soon.certificate } });
      expect(await statusWith(world, soon)).to.equal(302);
      const clock = Date.now;
      Date.now = () => clock() + 61_000;
      try {
        expect(await statusWith(world, soon)).to.equal(401);
      } finally {
        Date.now = clock;
      }
    });
  });

  describe('behind proxies', () => {
    it('counts one client once, however the proxy writes its address', async () => {
      const world = await start({ variables: { REDIRECT_ADDRESS_LIMIT: '3', REDIRECT_TRUST_PROXY: '1' } });
      const { link } = world.addDocument();
      const last = async (addresses: readonly string[]): Promise<number> => {
        let status = 0;
        for (const address of addresses)
          ({ status } = await new Browser().fetch(link, { headers: { 'x-forwarded-for': address } }));
        return status;
      };
      expect(await last([1, 2, 3, 4].map((port) => `203.0.113.10:4000${port}`))).to.equal(429);
      expect(await last([1, 2, 3, 4].map((port) => `[2001:db8::1]:4000${port}`))).to.equal(429);
      expect(await last(['203.0.113.11', '::ffff:203.0.113.11', '203.0.113.11', '::FFFF:203.0.113.11'])).to.equal(429);
      expect(await last(['2001:DB8:9::3', '2001:db8:9:0::3', '2001:0db8:9::3', '2001:db8:9::3%1'])).to.equal(429);
      // what is no address counts as the proxy's own
      expect(await last(['x1', 'x2', 'x3', 'x4'])).to.equal(429);
      expect(await last(['203.0.113.12'])).to.equal(401);
    });

    it('warns once when a proxy forwards that it was not told of', async () => {
      const world = await start();
      for (let turn = 0; turn < 3; turn++)
        await new Browser().fetch(world.addDocument().link, { headers: { 'x-forwarded-for': '203.0.113.9' } });
      const warnings = world.logs.filter(({ message }) => String(message).includes('REDIRECT_TRUST_PROXY'));
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.include({ level: 'warn' });
    });
  });

  describe('when links went through other programs', () => {
    it('opens what mail programs made of them', async () => {
      const world = await start();
      const browser = await world.browserOf(ALICE);
      const { id, link } = world.addDocument();
      for (const tail of ['/', '.', ',', ')', '%20', '%C2%A0', '%E2%80%8B', '.%20', '/?utm_source=x', '%3E']) {
        const page = (await browser.open(link + tail)).at(-1);
        expect(page?.body, tail).to.equal(`%PDF-1.7 of ${id}`);
      }
      const kept = await browser.fetch(`${link}./`, { headers: NAVIGATION });
      expect(kept.status).to.equal(400);
    });
  });
});

/** What a server answers to bytes as they are. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket
      .on('data', (chunk: Buffer) => (answer += chunk.toString()))
      .on('error', reject)
      .on('close', () => resolve(answer));
  });
}
