/*
 * How fast the redirect service is, beside a bare Express route that only signs: `npm run bench:redirect`.
 *   --seconds N   length of one measurement (default 4)
 *   --rounds N    alternating rounds, of which the median counts (default 5)
 *   --warm-up N   requests to each server before anything is measured (default 12000): the compiler needs them
 *   --soak N      requests after which memory is looked at (default 200000)
 *   --json        the last line is one JSON object {ours, peer, ratios, generator}
 * Ratios are the bar; absolute figures depend on the machine and are printed for information. Takes three minutes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drainUnderLoad } from '@file-migration/kit/redirect/drain-under-load';
import { freePort } from '@file-migration/stand-ins/free-port';
import { loadGenerator } from './redirect/load.ts';
import type { BenchOrg } from './redirect/org-process.ts';
import { startMeasured, startTalking, type Measured } from './redirect/process.ts';
import { asJson, asText, type Figures } from './redirect/report.ts';
import { steadyClicks } from './redirect/steady.ts';
import { BUCKET, serviceVariables, sessionCookie } from './redirect/under-test.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '12000' },
    soak: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
/** Few enough that each is asked for again well within the 30 s for which its check is remembered. */
const REMEMBERED_DOCUMENTS = 64;
const CASES = ['bare', 'cached', 'fresh'] as const;
type Case = { readonly server: Measured; readonly clicks: string };

// what is measured is what runs in production: the build
execFileSync('tsc', ['-b', 'config', 'middleware'], { stdio: 'inherit' });

const generator = await loadGenerator();
const folder = mkdtempSync(join(tmpdir(), 'bench-redirect-'));
const publicUrl = `http://127.0.0.1:${await freePort()}`;
const { child: orgChild, said } = await startTalking('scripts/bench/redirect/org-process.ts', {
  PUBLIC_URL: publicUrl,
});
const org = said as BenchOrg;
const running: Measured[] = [];
try {
  const variables = serviceVariables(publicUrl, org);
  const startedAt = performance.now();
  const cached = await service(30);
  const startMilliseconds = performance.now() - startedAt;
  const fresh = await service(0);
  const bare = await start('scripts/bench/redirect/bare-service.ts', { BUCKET }, 'PORT');
  const cookie = await sessionCookie(cached.url, publicUrl, org);
  const clicksOn = (name: string, documents: readonly string[]): string => {
    const file = join(folder, name);
    writeFileSync(file, [cookie, ...documents].join('\n'));
    return file;
  };
  const few = clicksOn('few', org.documents.slice(0, REMEMBERED_DOCUMENTS));
  const many = clicksOn('many', org.documents);

  const cases: Readonly<Record<(typeof CASES)[number], Case>> = {
    bare: { server: bare, clicks: few },
    cached: { server: cached, clicks: few },
    fresh: { server: fresh, clicks: many },
  };

  for (const name of CASES) await atLeast(Number(values['warm-up']), cases[name]);
  const rounds: Record<(typeof CASES)[number], Figures[]> = { bare: [], cached: [], fresh: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of CASES) rounds[name].push(await measure(cases[name]));
  }
  const headers = { cookie, accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const paths = org.documents.slice(0, REMEMBERED_DOCUMENTS).map((id) => `/d/${id}`);
  const at300 = await steadyClicks({ url: cached.url, headers, paths }, { perSecond: 300, seconds: 3 * SECONDS });
  const requests = Number(values.soak);
  const half = await memoryAfter(requests / 2, cases.cached);
  const all = await memoryAfter(requests / 2, cases.cached);
  const drained = await drainUnderLoad(cached, fresh, { path: paths[0] ?? '/', headers });

  const measured = {
    generator: generator.name,
    bare: median(rounds.bare),
    cached: median(rounds.cached),
    fresh: median(rounds.fresh),
    at300,
    startMilliseconds,
    memory: { requests, half, all },
    drained,
  };
  console.log(asText(measured));
  if (values.json) console.log(JSON.stringify(asJson(measured)));

  async function service(accessCacheSeconds: number): Promise<Measured> {
    const changes = { REDIRECT_ACCESS_CACHE_SECONDS: String(accessCacheSeconds) };
    return start('middleware/bin/serve.js', { ...variables, ...changes }, 'REDIRECT_PORT');
  }
} finally {
  for (const server of running) await server.stop();
  orgChild.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Starts one of the servers; its output goes to a file, as logs do. */
async function start(script: string, variables: Record<string, string>, portVariable: string): Promise<Measured> {
  const log = join(folder, `${running.length}.log`);
  const server = await startMeasured(script, (port) => ({ ...variables, [portVariable]: String(port) }), log);
  running.push(server);
  return server;
}

async function measure({ server, clicks }: Case): Promise<Figures> {
  const before = server.cpuMicroseconds;
  const { answered, seconds } = await generator.run(server.url, clicks, SECONDS);
  return { rps: answered / seconds, cpuMicroseconds: (server.cpuMicroseconds - before) / answered };
}

async function atLeast(requests: number, { server, clicks }: Case): Promise<void> {
  for (let sent = 0; sent < requests;) sent += (await generator.run(server.url, clicks, SECONDS)).answered;
}

async function memoryAfter(requests: number, one: Case): Promise<number> {
  await atLeast(requests, one);
  return one.server.rssMegabytes;
}

function median(figures: readonly Figures[]): Figures {
  const middle = (pick: (one: Figures) => number): number =>
    figures.map(pick).sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
  return { rps: middle(({ rps }) => rps), cpuMicroseconds: middle(({ cpuMicroseconds }) => cpuMicroseconds) };
}
