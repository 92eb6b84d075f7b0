import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { addDocuments } from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER } from '@file-migration/kit/org/session-of';
import {
  commandWorld,
  expectCode,
  startCommand,
  type CommandWorld,
  type Ended,
} from '@file-migration/kit/command/command-world';

/** Another address of the same org. */
async function gatewayTo(url: string): Promise<{ server: Server; url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { method, headers } = request;
    const onward = forward(new URL(request.url ?? '/', url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('An org whose session has ended', () => {
  let world: CommandWorld;

  beforeEach(async () => {
    world = await commandWorld();
    await addDocuments(world, 6);
  });
  afterEach(() => world.close());

  /** sf holds a refresh token, as after `sf org login web`. */
  async function renewable(more: object = {}): Promise<void> {
    const file = join(world.folder, 'home', '.sfdx', `${INTEGRATION_USER}.json`);
    const kept = JSON.parse(await readFile(file, 'utf8')) as object;
    const refreshToken = '5Aep861TSESvWeug_xv';
    const { url: loginUrl } = world.org;
    await writeFile(file, JSON.stringify({ ...kept, refreshToken, clientId: 'PlatformCLI', loginUrl, ...more }));
  }

  /** What the token endpoint gives. */
  function token(accessToken: string, instanceUrl = world.org.url): string {
    const id = `${instanceUrl}/id/${world.org.orgId}/${world.org.userId(INTEGRATION_USER)}`;
    return JSON.stringify({
      access_token: accessToken,
      instance_url: instanceUrl,
      id,
      token_type: 'Bearer',
      issued_at: String(Date.now()),
      signature: 'x',
    });
  }

  function tokenEndpoint(status: number, body: string): void {
    world.org.setFaults([{ match: { operation: 'oauth.token' }, fault: { kind: 'answer', status, body } }]);
  }

  const said = ({ stdout, stderr }: Ended): string => (stdout + stderr).replaceAll(/\s+/g, ' ');
  const logins = (): number => world.org.requests.count('oauth.token');

  it('is logged in to once more, whatever asks first', async () => {
    await renewable();
    world.org.expireSessions();
    tokenEndpoint(200, token(world.org.signIn(INTEGRATION_USER)));
    expectCode(await world.run('backup'), 0);
    expect(logins()).to.equal(1);
  });

  it('that refuses every new token is asked for no more than a few, and its words are shown', async () => {
    await renewable();
    world.org.expireSessions();
    tokenEndpoint(200, token(`${world.org.orgId.slice(0, 15)}!dead`));
    for (const command of ['accounts', 'backup']) {
      const ended = await world.run(command);
      expect([1, 70]).to.include(ended.code);
      expect(said(ended), command).to.match(/Session expired or invalid|Bad_OAuth_Token/);
    }
    expect(logins()).to.be.lessThan(10);
  });

  it('is left at once by Ctrl-C while a token request stays without answer', async () => {
    await renewable();
    world.org.expireSessions();
    world.org.setFaults([{ match: { operation: 'oauth.token' }, fault: { kind: 'delay', ms: 60_000 } }]);
    world.org.requests.clear();
    const running = world.start('backup');
    while (world.org.requests.count('oauth.userinfo') === 0) await new Promise((next) => setTimeout(next, 20));
    await new Promise((next) => setTimeout(next, 300));
    const asked = Date.now();
    running.child.kill('SIGINT');
    expect((await running.ended).code).to.not.equal(0);
    expect(Date.now() - asked, 'long before the answer would come').to.be.lessThan(30_000);
  });

  it('and whose refresh is refused says why', async () => {
    await renewable();
    world.org.expireSessions();
    tokenEndpoint(400, JSON.stringify({ error: 'invalid_grant', error_description: 'ip restricted' }));
    const ended = await world.run('accounts');
    expectCode(ended, 1);
    expect(said(ended)).to.include('ip restricted').and.to.include('Network Access');
  });

  it('is followed to its new address, when the refresh tells one', async () => {
    const moved = await gatewayTo(world.org.url);
    try {
      await renewable();
      world.org.expireSessions();
      tokenEndpoint(200, token(world.org.signIn(INTEGRATION_USER), moved.url));
      expectCode(await world.run('backup'), 0);
      expect(moved.requests.some((request) => request.includes('/jobs/query'))).to.equal(true);
      expect(logins()).to.equal(1);
    } finally {
      moved.server.close();
      moved.server.closeAllConnections();
    }
  });

  it('that lacks the API version which is set says so', async () => {
    const env = { ...world.environment, SF_ORG_API_VERSION: '69.0' };
    const ended = await startCommand(['accounts'], { cwd: world.folder, env }).ended;
    expectCode(ended, 1);
    expect(said(ended)).to.match(/no API version 69\.0; its newest is 68\.0/);
  });

  it('that has moved for good is named with its new address', async () => {
    world.org.setFaults([
      {
        match: {},
        fault: { kind: 'answer', status: 301, headers: { Location: 'https://acme-new.my.salesforce.com/' } },
      },
    ]);
    expect(said(await world.run('accounts'))).to.include('https://acme-new.my.salesforce.com');
  });

  it('and does not answer for long enough ends a command with 69 and what to run again', async () => {
    world.org.setFaults([{ match: { operation: 'query' }, fault: { kind: 'error', status: 503 } }]);
    const ended = await world.run('accounts');
    expectCode(ended, 69);
    expect(said(ended)).to.include('sf migrate files accounts');
    world.org.limits.used = world.org.limits.apiRequests;
    world.org.setFaults([]);
    expectCode(await world.run('accounts'), 69);
  });
});
