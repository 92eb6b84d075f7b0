import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import { expect } from 'chai';
import { freePort } from '@file-migration/stand-ins/free-port';
import { readEnvironment } from '../../../middleware/src/environment.ts';
import { startService, type Service } from '../../../middleware/src/service.ts';
import { NAVIGATION } from '@file-migration/kit/redirect/browser';
import { standInVariables, type Variables } from '@file-migration/kit/redirect/variables';
import { ALICE, quietLog, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

const OLD = `2026a:${randomBytes(32).toString('base64')}`;
const NEW = `2026b:${randomBytes(32).toString('base64')}`;

/** What an instance is told in each step of the documented order. */
const STEPS = {
  before: { REDIRECT_SESSION_KEYS: OLD },
  added: { REDIRECT_SESSION_KEYS: `${OLD},${NEW}`, REDIRECT_ENCRYPTING_KEY: '2026a' },
  promoted: { REDIRECT_SESSION_KEYS: `${OLD},${NEW}`, REDIRECT_ENCRYPTING_KEY: '2026b' },
  dropped: { REDIRECT_SESSION_KEYS: NEW },
} as const;

describe('Two instances while their session keys are rotated', () => {
  let world: RedirectWorld;
  let url: string;
  let balancer: Server;
  let instances: Service[] = [];
  let turn = 0;

  before(async () => {
    url = `http://127.0.0.1:${await freePort()}`;
    // only its org and store are of interest
    world = await redirectWorld();
    balancer = createServer((incoming, outgoing) => {
      const { port } = instances[turn++ % instances.length]!;
      const { url: path, method, headers } = incoming;
      const onward = forward({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    }).listen(Number(new URL(url).port), '127.0.0.1');
    await once(balancer, 'listening');
  });
  after(async () => {
    balancer.closeAllConnections();
    balancer.close();
    await world.close();
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
  });

  async function run(...variables: Variables[]): Promise<void> {
    const standIns = { org: world.org, store: world.store, bucket: 'customer-files', originalHosts: [] };
    const { credential } = world;
    instances = await Promise.all(
      variables.map((changes) =>
        startService(readEnvironment({ ...standInVariables(url, standIns), REDIRECT_PORT: '0', ...changes }), {
          credentials: () => Promise.resolve(credential),
          logs: quietLog([]),
        }),
      ),
    );
  }

  /** First clicks of people who are not signed in, each beginning at the other instance. */
  async function firstClicks(): Promise<number[]> {
    const { id } = world.addDocument({ fields: (document) => linkAt(url, document) });
    const statuses: number[] = [];
    for (let user = 0; user < 8; user++) {
      turn = user;
      const browser = await world.browserOf(ALICE);
      statuses.push((await browser.open(`${url}/d/${id}`)).at(-1)?.status ?? 0);
    }
    return statuses;
  }

  for (const [present, next] of [
    ['before', 'added'],
    ['added', 'promoted'],
    ['promoted', 'dropped'],
  ] as const) {
    it(`let everybody in while one has "${next}" and the other still "${present}"`, async () => {
      await run(STEPS[present], STEPS[next]);
      expect(await firstClicks()).to.deep.equal(Array<number>(8).fill(200));
    });
  }

  it('keep people signed in from the first step to the last, who click in each', async () => {
    const { id } = world.addDocument({ fields: (document) => linkAt(url, document) });
    const browser = await world.browserOf(ALICE);
    const hops: number[] = [];
    for (const step of [STEPS.before, STEPS.added, STEPS.promoted]) {
      await run(step);
      hops.push((await browser.open(`${url}/d/${id}`)).length);
      await Promise.all(instances.splice(0).map((instance) => instance.stop()));
    }
    expect(hops).to.deep.equal([5, 2, 2]);
  });

  it('sign people in anew, unseen, whose key has been dropped', async () => {
    const { id } = world.addDocument({ fields: (document) => linkAt(url, document) });
    const browser = await world.browserOf(ALICE);
    await run(STEPS.before);
    await browser.open(`${url}/d/${id}`);
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
    await run(STEPS.dropped);
    expect((await browser.open(`${url}/d/${id}`)).at(-1)?.status).to.equal(200);
  });

  it('end with a page, never in a circle, when one encrypts with a key that the other does not know', async () => {
    await run(STEPS.before, STEPS.dropped);
    const { id } = world.addDocument({ fields: (document) => linkAt(url, document) });
    for (let user = 0; user < 4; user++) {
      turn = user;
      const browser = await world.browserOf(ALICE);
      const pages = await browser.open(`${url}/d/${id}`);
      const last = pages.at(-1);
      expect(pages.length, pages.map(({ status }) => status).join()).to.be.lessThan(9);
      expect(last?.status).to.be.oneOf([200, 400, 503]);
      if (last?.status !== 200) expect(last?.body).to.include(`href="/d/${id}"`);
    }
  });

  it('say which key is missing', async () => {
    const logs: Record<string, unknown>[] = [];
    const { credential } = world;
    const standIns = { org: world.org, store: world.store, bucket: 'customer-files', originalHosts: [] };
    const variables = { ...standInVariables(url, standIns), REDIRECT_PORT: '0', ...STEPS.dropped };
    await run(STEPS.before);
    const browser = await world.browserOf(ALICE);
    const { id } = world.addDocument({ fields: (document) => linkAt(url, document) });
    await browser.open(`${url}/d/${id}`);
    const other = await startService(readEnvironment(variables), {
      credentials: () => Promise.resolve(credential),
      logs: quietLog(logs),
    });
    instances.push(other);
    const cookie = `session=${browser.cookies.get(url)?.get('session') ?? ''}`;
    await fetch(`http://127.0.0.1:${other.port}/d/${id}`, { headers: { cookie, ...NAVIGATION }, redirect: 'manual' });
    expect(logs.find(({ keyId }) => keyId === '2026a')).to.include({ level: 'warn' });
  });
});

function linkAt(url: string, id: string): Record<string, string> {
  return { Document__c: `${url}/d/${id}`, File_Key__c: `uploads/no-account/${id}/Plan_2026.pdf` };
}
