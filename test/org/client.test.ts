import { expect } from 'chai';
import { Failure } from '../../plugin/src/model/failure.ts';
import { orgClient, type ClientOptions, type OrgClient, type OrgRequest } from '../../plugin/src/org/client.ts';
import { sessionExpired, type OrgSession } from '../../plugin/src/org/session.ts';
import { failureOf } from '@file-migration/kit/failure-of';
import {
  hangUp,
  json,
  refusal,
  scriptedServer,
  type ScriptedServer,
  type Step,
} from '@file-migration/kit/org/scripted-server';

describe('The client of an org', () => {
  let server: ScriptedServer;
  let client: OrgClient;
  let refreshes: number;

  async function script(steps: readonly Step[], options: Partial<ClientOptions> = {}): Promise<void> {
    server = await scriptedServer(steps);
    refreshes = 0;
    client = orgClient({ session: renewable(server.url), backoff: { firstMs: 1, mostMs: 5 }, ...options });
  }

  /** Each refresh makes the next token: token-0, token-1, … */
  function renewable(instanceUrl: string): OrgSession {
    return {
      instanceUrl,
      apiVersion: '68.0',
      accessToken: () => `token-${refreshes}`,
      refresh: () => {
        refreshes++;
        return Promise.resolve();
      },
    };
  }

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const get: OrgRequest = { path: '/services/data/v68.0/limits' };
  const post: OrgRequest = {
    method: 'POST',
    path: '/services/data/v68.0/jobs/ingest',
    body: { object: 'X' },
    writes: true,
  };

  it('sends a GET again after 503, 500 and a lost connection', async () => {
    await script([refusal(503, 'SERVER_UNAVAILABLE'), refusal(500, 'UNKNOWN_EXCEPTION'), hangUp, json({ fine: true })]);
    expect(await client.json(get)).to.deep.equal({ fine: true });
    expect(client.requests()).to.equal(4);
  });

  it('gives a request up after its tries, with the class retry', async () => {
    await script([refusal(503, 'SERVER_UNAVAILABLE')], { tries: 3 });
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-server-unavailable', 'retry']);
    expect(server.received).to.have.length(3);
  });

  for (const [name, step] of [
    ['503', refusal(503, 'SERVER_UNAVAILABLE')],
    ['a lost connection', hangUp],
  ] as const) {
    it(`never sends a write again after ${name}: the org may have acted`, async () => {
      await script([step, json({})]);
      expect((await failureOf(client.json(post))).failureClass).to.equal('retry');
      expect(server.received).to.have.length(1);
    });
  }

  it('sends a write again after 429, which proves that nothing was done', async () => {
    await script([refusal(429, 'REQUEST_LIMIT_EXCEEDED', { 'retry-after': '0' }), json({ id: 'job' })]);
    expect(await client.json(post)).to.deep.equal({ id: 'job' });
  });

  it('sends a write again when it could not even connect', async () => {
    await script([json({})]);
    await server.close();
    const failure = await failureOf(client.json(post));
    expect(failure.code).to.equal('org-unreachable');
    expect(client.requests()).to.equal(5);
  });

  it('asks the fence before each try of a write, and sends nothing once it is down', async () => {
    let asked = 0;
    const fence = (): Promise<void> =>
      ++asked < 2
        ? Promise.resolve()
        : Promise.reject(new Failure('Taken over.', { code: 'lock-lost', failureClass: 'stop' }));
    await script([refusal(429, 'REQUEST_LIMIT_EXCEEDED', { 'retry-after': '0' })], { fence });
    expect((await failureOf(client.json(post))).code).to.equal('lock-lost');
    expect(server.received).to.have.length(1);
  });

  it('renews an expired session once and goes on, a write too', async () => {
    await script([refusal(401, 'INVALID_SESSION_ID'), json({ id: 'job' })]);
    expect(await client.json(post)).to.deep.equal({ id: 'job' });
    expect(server.received.map(({ token }) => token)).to.deep.equal(['token-0', 'token-1']);
    expect(server.received.map(({ body }) => body)).to.deep.equal(['{"object":"X"}', '{"object":"X"}']);
  });

  it('renews the session once for many requests that find it expired', async () => {
    const strict: Step = (response, request) =>
      (request.token === 'token-0' ? refusal(401, 'INVALID_SESSION_ID') : json({}))(response, request);
    await script([strict]);
    await Promise.all(Array.from({ length: 10 }, () => client.json(get)));
    expect(refreshes).to.equal(1);
  });

  const maintenance: Step = (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!DOCTYPE html><html><style>h1 {}</style><h1>Down for\nmaintenance.</h1>');
  const nothing: Step = (response) => void response.writeHead(204).end();

  for (const [name, step] of [
    ['a page of HTML with status 200', maintenance],
    ['an empty answer where data must be', nothing],
    [
      '403 for too many requests at this moment',
      json(
        [
          {
            errorCode: 'REQUEST_LIMIT_EXCEEDED',
            message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
          },
        ],
        403,
      ),
    ],
    ['a redirect to a page of maintenance', json({}, 302, { location: 'https://maintenance.example.com/now' })],
  ] as const) {
    it(`asks again after ${name}`, async () => {
      await script([step, step, json({ fine: true })]);
      expect(await client.json(get)).to.deep.equal({ fine: true });
      expect(server.received).to.have.length(3);
    });
  }

  it('says what a page of HTML says, when nothing else comes', async () => {
    await script([maintenance], { tries: 2 });
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-unreadable-answer', 'retry']);
    expect(failure.message).to.include('“Down for maintenance.”');
  });

  it('sends a write that a page of HTML answered no second time: the org may have acted', async () => {
    await script([maintenance, json({})]);
    expect((await failureOf(client.json(post))).code).to.equal('org-unreadable-answer');
    expect(server.received).to.have.length(1);
  });

  it('names the new address of an org that has moved, and sends nothing there', async () => {
    await script([json({}, 301, { location: 'https://acme-new.my.salesforce.com/services/data' })]);
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-moved', 'stop']);
    expect(failure.message).to.include('https://acme-new.my.salesforce.com');
    expect(failure.actions.join()).to.include('sf org login web --instance-url https://acme-new.my.salesforce.com');
    expect(server.received).to.have.length(1);
  });

  it('says that the org lacks the API version, instead of what each request would make of 404', async () => {
    const versions = json([{ version: '67.0' }, { version: '66.0' }]);
    const missing = refusal(404, 'NOT_FOUND');
    await script([(response, request) => (request.path === '/services/data' ? versions : missing)(response, request)]);
    const failure = await failureOf(
      client.json({
        ...get,
        explain: () => new Failure('no object', { code: 'object-missing', failureClass: 'stop' }),
      }),
    );
    expect(failure.code).to.equal('org-api-version-missing');
    expect(failure.message).to.match(/has no API version 68\.0; its newest is 67\.0/);
    expect(failure.actions.join()).to.include('org.apiVersion').and.to.include('SF_ORG_API_VERSION');
  });

  it('leaves 404 to the request where the org has the version', async () => {
    const versions = json([{ version: '68.0' }]);
    const missing = refusal(404, 'NOT_FOUND');
    await script([(response, request) => (request.path === '/services/data' ? versions : missing)(response, request)]);
    expect((await failureOf(client.json(get))).code).to.equal('org-not-found');
  });

  it('names the host that cannot be found, and how to log in at its new address', async () => {
    await script([json({})], { tries: 2 });
    client = orgClient({
      session: renewable('https://acme--gone.sandbox.my.salesforce.invalid'),
      backoff: { firstMs: 1, mostMs: 5 },
    });
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-unreachable', 'retry']);
    expect(failure.message).to.include('acme--gone.sandbox.my.salesforce.invalid');
    expect(failure.actions.join()).to.include('sf org login web --instance-url');
  });

  it('says which setting makes a query too long for an address', async () => {
    await script([json({}, 431)]);
    expect((await failureOf(client.json(get))).actions.join()).to.include('org.document.where');
  });

  it('goes to the org’s new address when a refresh tells one', async () => {
    const moved = await scriptedServer([json({ fine: true })]);
    await script([refusal(401, 'INVALID_SESSION_ID')]);
    let instanceUrl = server.url;
    client = orgClient({
      session: {
        get instanceUrl() {
          return instanceUrl;
        },
        apiVersion: '68.0',
        accessToken: () => (instanceUrl === server.url ? 'old' : 'new'),
        refresh: () => {
          instanceUrl = moved.url;
          return Promise.resolve();
        },
      },
    });
    expect(await client.json(get)).to.deep.equal({ fine: true });
    expect(moved.received.map(({ token }) => token)).to.deep.equal(['new']);
    await moved.close();
  });

  it('stops when a renewed session is refused as well', async () => {
    await script([refusal(401, 'INVALID_SESSION_ID')]);
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['session-expired', 'stop']);
    expect(server.received).to.have.length(2);
  });

  it('says how to sign in again when nothing can be renewed', async () => {
    await script([refusal(401, 'INVALID_SESSION_ID')]);
    client = orgClient({
      session: {
        ...renewable(server.url),
        refresh: () => Promise.reject(sessionExpired('ada@example.com', undefined)),
      },
    });
    const failure = await failureOf(client.json(get));
    expect(failure.actions).to.deep.equal(['sf org login web --username ada@example.com']);
  });

  it('pauses at once when the daily budget is spent', async () => {
    await script([refusal(403, 'REQUEST_LIMIT_EXCEEDED')]);
    const failure = await failureOf(client.json(get));
    expect([failure.code, failure.failureClass]).to.deep.equal(['org-request-limit-exceeded', 'pause']);
    expect(server.received).to.have.length(1);
  });

  it('passes a long Retry-After on instead of sitting it out', async () => {
    await script([refusal(503, 'SERVER_UNAVAILABLE', { 'retry-after': '3600' })]);
    expect((await failureOf(client.json(get))).retryAfterMs).to.equal(3_600_000);
    expect(server.received).to.have.length(1);
  });

  it('waits as long as Retry-After says', async () => {
    await script([refusal(503, 'SERVER_UNAVAILABLE', { 'retry-after': '1' }), json({})]);
    const start = performance.now();
    await client.json(get);
    expect(performance.now() - start).to.be.greaterThan(950);
  });

  it('follows the API budget', async () => {
    await script([json({}, 200, { 'sforce-limit-info': 'api-usage=18/15000; per-app-api-usage=17/250(appName=x)' })]);
    expect(client.usage()).to.equal(undefined);
    await client.json(get);
    expect(client.usage()).to.deep.equal({ used: 18, limit: 15000 });
  });

  it('shows neither token nor session in what it says', async () => {
    const page = `<html>\u0007Session 00DB0000000abcd!AQ0AQ.secret_part is invalid</html>`;
    await script([(response) => void response.writeHead(400).end(page)]);
    const { message } = await failureOf(client.json(get));
    expect(message).to.include('400').and.not.include('AQ0AQ').and.not.include('\u0007').and.not.include('token-0');
  });

  it('takes a maintenance page for what it is', async () => {
    await script([
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Back soon</h1>'),
    ]);
    expect((await failureOf(client.json(get))).code).to.equal('org-unreadable-answer');
  });

  it('says what to do when a proxy on the way refuses', async () => {
    await script([(response) => void response.writeHead(407).end()]);
    const { code, failureClass, actions } = await failureOf(client.json(post));
    expect([code, failureClass]).to.deep.equal(['org-proxy-refused', 'stop']);
    expect(actions.join()).to.include('HTTPS_PROXY=');
  });

  it('sends its token to no other host, wherever a path points', async () => {
    await script([json({})]);
    for (const path of ['https://evil.example/x', '//evil.example/x', '\\\\evil.example/x']) {
      expect((await failureOf(client.json({ path }))).code).to.equal('org-foreign-host');
    }
    expect(server.received).to.have.length(0);
  });

  it('gives up on a server that says nothing', async () => {
    await script([() => undefined], { silenceMs: 100, tries: 1 });
    expect((await failureOf(client.json(get))).code).to.equal('org-answer-lost');
  });

  it('rejects with the reason of an aborted signal, also while it waits for another try', async () => {
    const abort = new AbortController();
    await script([refusal(503, 'SERVER_UNAVAILABLE', { 'retry-after': '30' })], { signal: abort.signal });
    const asked = client.json(get);
    setTimeout(() => abort.abort(new Error('Ctrl-C')), 50);
    expect(await asked.catch((error: unknown) => (error as Error).message)).to.equal('Ctrl-C');
  });
});
