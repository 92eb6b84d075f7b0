import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { Browser, NAVIGATION, locationOf } from '@file-migration/kit/redirect/browser';
import { ALICE, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';

describe('The redirect service in operation', () => {
  let world: RedirectWorld;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'redirect-mode-'));
  const modeFile = join(folder, 'mode');

  before(async () => {
    writeFileSync(modeFile, 's3');
    world = await redirectWorld({ variables: { REDIRECT_MODE_FILE: modeFile } });
    browser = await world.browserOf(ALICE);
    await browser.open(world.addDocument().link);
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  it('turns around by its mode file, without a restart, and writes it down', async () => {
    const { link, key } = world.addDocument();
    const rolledBack = world.addDocument({
      fields: () => ({ Document__c: 'https://vendor-files.s3.us-east-1.amazonaws.com/new.pdf', File_Key__c: key }),
    });
    const open = async (url: string): Promise<string> => {
      const page = await browser.fetch(url, { headers: NAVIGATION });
      return page.status === 302 ? new URL(locationOf(page) ?? '').host : String(page.status);
    };
    const turn = async (mode: string): Promise<void> => {
      writeFileSync(modeFile, mode);
      await wait(1200);
    };
    const store = new URL(world.store.url).host;
    const vendor = 'vendor-files.s3.us-east-1.amazonaws.com';
    expect([await open(link), await open(rolledBack.link)]).to.deep.equal([store, vendor]);
    await turn('original');
    expect([await open(link), await open(rolledBack.link)]).to.deep.equal([vendor, vendor]);
    await turn('off');
    expect([await open(link), await open(rolledBack.link)]).to.deep.equal(['503', '503']);
    expect((await browser.fetch(link, { headers: NAVIGATION })).body).to.include('closed for a short while');
    await turn('s3');
    expect(await open(link)).to.equal(store);
    const changes = world.logs
      .filter(({ decision }) => decision === 'mode-changed')
      .map(({ from, to }) => `${String(from)} → ${String(to)}`);
    expect(changes).to.deep.equal(['s3 → original', 'original → off', 'off → s3']);
  });

  it('audits each decision with user, org, record, reason, the hash of the key and the request id', async () => {
    const { link, id } = world.addDocument();
    const page = await browser.fetch(link, { headers: NAVIGATION });
    const line = world.lastDecision();
    expect(line).to.include({
      audit: true,
      org: world.org.orgId,
      record: id,
      decision: 'opened',
      reason: 'storage',
      via: 'session',
      status: 302,
    });
    expect(line.user).to.match(/^005\w{15}$/);
    expect(line.keyHash).to.match(/^[0-9a-f]{32}$/);
    expect(line.requestId).to.equal(page.headers['x-request-id']);
  });

  it('answers probes and metrics, the latter on a port of its own only', async () => {
    expect((await fetch(`${world.url}/livez`)).status).to.equal(200);
    expect((await fetch(`${world.url}/readyz`)).status).to.equal(200);
    expect((await fetch(`${world.url}/metrics`)).status).to.equal(400);
    const metrics = await (await fetch(`http://127.0.0.1:${world.service.metricsPort}/metrics`)).text();
    for (const name of [
      'redirect_decisions_total',
      'redirect_decision_seconds_bucket',
      'redirect_org_query_seconds_bucket',
      'redirect_mode{mode="s3"} 1',
      'redirect_credentials_seconds_left +Inf',
      'process_cpu_seconds_total',
    ]) {
      expect(metrics, name).to.include(name);
    }
  });

  it('sends headers that fit a redirect, and pages that nobody else may frame', async () => {
    const redirect = await browser.fetch(world.addDocument().link, { headers: NAVIGATION });
    expect(redirect.headers).to.include({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-length': '0',
    });
    expect(redirect.headers).not.to.have.any.keys(
      'x-powered-by',
      'etag',
      'strict-transport-security',
      'cross-origin-opener-policy',
    );
    expect(redirect.headers['content-security-policy'])
      .to.include(`frame-ancestors 'self' ${world.org.url}`)
      .and.to.include("default-src 'none'");
  });

  it('takes no other method, and has no other place', async () => {
    const { link } = world.addDocument();
    const page = await browser.fetch(link, { method: 'POST' });
    expect({ status: page.status, allow: page.headers.allow }).to.deep.equal({
      status: 405,
      allow: 'GET, HEAD, OPTIONS',
    });
    for (const path of ['/', '/d', '/d/', '/D/x', '/.env', '/sign-in', '/sign-out/x']) {
      expect((await browser.fetch(world.url + path, { headers: NAVIGATION })).status, path).to.equal(400);
    }
  });

  it('asks once for six tabs on one document', async () => {
    const { link } = world.addDocument();
    const before = world.org.requests.count('query');
    await Promise.all(Array.from({ length: 6 }, () => browser.fetch(link, { headers: NAVIGATION })));
    expect(world.org.requests.count('query') - before).to.be.lessThan(6);
  });
});
