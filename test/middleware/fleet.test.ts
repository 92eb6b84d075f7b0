/*
 * Two instances behind a real nginx, and people who click without a pause, one of them in a real Chromium: whatever an
 * operator does in the documented order, nobody sees an error page.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import type { Browser as Chromium } from 'playwright-core';
import { launchChromium } from '@file-migration/kit/chromium';
import { ALICE, quietLog, redirectWorld, type RedirectWorld } from '@file-migration/kit/redirect/redirect-world';
import { standInVariables, type Variables } from '@file-migration/kit/redirect/variables';
import { describeWith } from '@file-migration/stand-ins/machine-tools';
import { freePort } from '@file-migration/stand-ins/free-port';
import { readEnvironment } from '../../middleware/src/environment.ts';
import { startService, type Service } from '../../middleware/src/service.ts';

const OLD = `2026a:${randomBytes(32).toString('base64')}`;
const NEW = `2026b:${randomBytes(32).toString('base64')}`;
const PEOPLE = 3;

describeWith('nginx', 'Two instances of the redirect service behind nginx', () => {
  let folder: string;
  let nginx: ChildProcess | undefined;
  let chromium: Chromium;
  let world: RedirectWorld;
  let documents: string[];
  /** The same server by two names, so that cookies of the one are none of the other. */
  let urls: { readonly first: string; readonly second: string };
  let ports: number[];
  const instances: Service[] = [];
  const wrong: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redirect-fleet-'));
    const [front, a, b] = [await freePort(), await freePort(), await freePort()];
    ports = [a, b];
    urls = { first: `http://localhost:${front}`, second: `http://127.0.0.1:${front}` };
    chromium = await launchChromium();
    // its org and store alone are of interest
    world = await redirectWorld();
    documents = Array.from({ length: 5 }, () => world.addDocument().id);
    linkTo(urls.first);
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxConfiguration(front, ports));
    nginx = spawn('nginx', ['-c', file, '-p', folder, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
    // it answers 502 as long as nobody is behind it
    while (
      !(await fetch(urls.second).then(
        () => true,
        () => false,
      ))
    )
      await wait(20);
  });
  after(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    nginx?.kill('SIGKILL');
    await chromium.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function linkTo(base: string): void {
    for (const id of documents) world.org.records.update(id, { Document__c: `${base}/d/${id}` });
  }

  async function start(index: number, changes: Variables): Promise<void> {
    const standIns = { org: world.org, store: world.store, bucket: 'customer-files', originalHosts: [] };
    const { credential } = world;
    const environment = readEnvironment({
      ...standInVariables(urls.first, standIns),
      REDIRECT_PUBLIC_URL: urls.first,
      REDIRECT_PORT: String(ports[index]),
      REDIRECT_TRUST_PROXY: '1',
      REDIRECT_USER_LIMIT: '100000',
      REDIRECT_ADDRESS_LIMIT: '100000',
      REDIRECT_HEALTH_CHECK_SECONDS: '1',
      REDIRECT_DRAIN_DELAY_SECONDS: '1',
      REDIRECT_SESSION_KEYS: OLD,
      ...changes,
    });
    instances[index] = await startService(environment, {
      credentials: () => Promise.resolve(credential),
      logs: quietLog([]),
    });
  }

  /** One instance after the other, as a rolling deployment does. */
  async function roll(changes: Variables): Promise<void> {
    for (const index of ports.keys()) {
      await instances[index]!.stop();
      await start(index, changes);
      // people meet both versions for a while
      await wait(1000);
    }
  }

  /** Clicks of people who come and go, until told to stop. */
  async function clicks(base: () => string, isOn: () => boolean): Promise<number> {
    let count = 0;
    const person = async (): Promise<void> => {
      while (isOn()) {
        const browser = await world.browserOf(ALICE);
        for (let turn = 0; turn < 4 && isOn(); turn++) {
          const id = documents[count++ % documents.length]!;
          const pages = await browser.open(`${base()}/d/${id}`);
          if (pages.at(-1)?.body !== `%PDF-1.7 of ${id}`) {
            wrong.push(pages.map(({ status, url }) => `${status} ${url.slice(0, 60)}`).join(' → '));
          }
          await wait(20);
        }
      }
    };
    const inChromium = async (): Promise<void> => {
      while (isOn()) {
        const context = await chromium.newContext();
        await context.request.get(`${world.org.url}/stand-in/login?user=${ALICE}`, { maxRedirects: 0 });
        const page = await context.newPage();
        for (let turn = 0; turn < 3 && isOn(); turn++) {
          const id = documents[count++ % documents.length]!;
          const answer = await page.goto(`${base()}/d/${id}`);
          if (answer?.url().startsWith(world.store.url) !== true || answer.status() !== 200) {
            wrong.push(`Chromium: ${answer?.status() ?? 0} ${answer?.url() ?? ''}`);
          }
        }
        await context.close();
      }
    };
    await Promise.all([...Array.from({ length: PEOPLE }, person), inChromium()]);
    return count;
  }

  it('show nobody an error page while they are restarted, their keys are rotated, and their address changes', async () => {
    await Promise.all([start(0, {}), start(1, {})]);
    let base = urls.first;
    let on = true;
    const clicking = clicks(
      () => base,
      () => on,
    );
    const step = async (what: string, changes: Variables): Promise<void> => {
      await roll(changes);
      expect(wrong, what).to.deep.equal([]);
    };
    const both = { REDIRECT_SESSION_KEYS: `${OLD},${NEW}` };
    try {
      await step('restarted', {});
      await step('a key added', { ...both, REDIRECT_ENCRYPTING_KEY: '2026a' });
      await step('the key promoted', { ...both, REDIRECT_ENCRYPTING_KEY: '2026b' });
      await step('the old key dropped', { REDIRECT_SESSION_KEYS: NEW });
      const known = { REDIRECT_SESSION_KEYS: NEW, REDIRECT_FORMER_URLS: urls.second };
      await step('the next address known', known);
      const moved = { ...known, REDIRECT_PUBLIC_URL: urls.second, REDIRECT_FORMER_URLS: urls.first };
      await step('the address changed', moved);
      linkTo(urls.second);
      // links of yesterday, in mails
      await wait(2000);
      base = urls.second;
      await wait(2000);
      expect(wrong).to.deep.equal([]);
    } finally {
      on = false;
      await clicking;
    }
    expect(await clicking).to.be.greaterThan(50);
  });
});

/** As an operator would write it: both instances, the next one where one does not answer, the host that was asked for. */
function nginxConfiguration(front: number, ports: readonly number[]): string {
  return `
daemon off;
pid nginx.pid;
worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream redirect {
${ports.map((port) => `    server 127.0.0.1:${port} max_fails=0;`).join('\n')}
  }
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://redirect;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_buffer_size 16k;
      proxy_buffers 4 16k;
      proxy_next_upstream error timeout;
    }
  }
}
`;
}
