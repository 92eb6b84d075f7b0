/*
 * How fast the redirect service is, beside a bare Express route that only signs: `npm run bench:redirect`.
 *   --seconds N   length of one measurement (default 5)
 *   --rounds N    alternating rounds, of which the median counts (default 3)
 *   --soak N      requests after which memory is looked at (default 200000)
 *   --json        the last line is one JSON object {ours, peer, ratios}
 * Ratios are the bar; absolute figures depend on the machine and are printed for information.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SalesforceId } from '@file-migration/config';
import autocannon from 'autocannon';
import type { Response } from 'express';
import { readEnvironment } from '../../middleware/src/environment.ts';
import { Cookies } from '../../middleware/src/sign-in/cookies.ts';
import { Seal } from '../../middleware/src/sign-in/seal.ts';
import { Sessions } from '../../middleware/src/sign-in/session.ts';
import { freePort } from '../../test/stand-ins/free-port.ts';
import type { BenchOrg } from './redirect/org-process.ts';
import { startMeasured, startTalking, type Measured } from './redirect/process.ts';

type Figures = { readonly rps: number; readonly cpuMicroseconds: number; readonly p99Milliseconds: number };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    soak: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const CONNECTIONS = 32;
/** Few enough that each is asked for again well within the 30 s for which its check is remembered. */
const REMEMBERED_DOCUMENTS = 64;
const BUCKET = 'customer-files';

// what is measured is what runs in production: the build
execFileSync('tsc', ['-b', 'config', 'middleware'], { stdio: 'inherit' });

const folder = mkdtempSync(join(tmpdir(), 'bench-redirect-'));
const publicUrl = `http://127.0.0.1:${await freePort()}`;
const { child: orgChild, said } = await startTalking('scripts/bench/redirect/org-process.ts', {
  PUBLIC_URL: publicUrl,
});
const org = said as BenchOrg;
const running: Measured[] = [];
try {
  const variables = serviceVariables(org);
  const cookie = sessionCookie(variables, org);
  const service = (accessCacheSeconds: number) =>
    startMeasured(
      'middleware/bin/serve.js',
      (port) => ({
        ...variables,
        REDIRECT_PORT: String(port),
        REDIRECT_ACCESS_CACHE_SECONDS: String(accessCacheSeconds),
      }),
      join(folder, 'service.log'),
    );

  const startedAt = performance.now();
  const cached = await service(30);
  const startMilliseconds = performance.now() - startedAt;
  const fresh = await service(0);
  const bare = await startMeasured(
    'scripts/bench/redirect/bare-service.ts',
    (port) => ({ PORT: String(port), BUCKET }),
    join(folder, 'bare.log'),
  );
  running.push(cached, fresh, bare);

  const few = org.documents.slice(0, REMEMBERED_DOCUMENTS);
  const cases = {
    bare: { server: bare, documents: few },
    cached: { server: cached, documents: few },
    fresh: { server: fresh, documents: org.documents },
  };
  for (const { server, documents } of Object.values(cases)) await load(server, cookie, documents, { amount: 4000 });
  const rounds: Record<keyof typeof cases, Figures[]> = { bare: [], cached: [], fresh: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of ['bare', 'cached', 'fresh'] as const) {
      const { server, documents } = cases[name];
      rounds[name].push(await load(server, cookie, documents, { duration: SECONDS }));
    }
  }
  const at300 = await load(cached, cookie, few, { duration: SECONDS, overallRate: 300 });
  const megabytes = await memory(cached, cookie, few, Number(values.soak));
  report({
    bare: median(rounds.bare),
    cached: median(rounds.cached),
    fresh: median(rounds.fresh),
    p99At300: at300.p99Milliseconds,
    startMilliseconds,
    megabytes,
  });
} finally {
  for (const server of running) await server.stop();
  orgChild.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** One measurement: every connection walks the documents from a place of its own, so that checks do not coincide. */
async function load(
  server: Measured,
  cookie: string,
  documents: readonly string[],
  limit: { readonly amount?: number; readonly duration?: number; readonly overallRate?: number },
): Promise<Figures> {
  let connection = 0;
  const cpuBefore = server.cpuMicroseconds;
  const result = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    headers: { cookie, accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    setupClient: (client) => {
      const from = Math.floor((connection++ / CONNECTIONS) * documents.length);
      const order = [...documents.slice(from), ...documents.slice(0, from)];
      client.setRequests(order.map((id) => ({ method: 'GET', path: `/d/${id}` })));
    },
    ...limit,
  });
  const answered = result['3xx'];
  if (answered !== result.requests.total || result.errors > 0) {
    throw new Error(`${result.requests.total - answered} answers were no redirects, ${result.errors} requests failed.`);
  }
  return {
    rps: answered / result.duration,
    cpuMicroseconds: (server.cpuMicroseconds - cpuBefore) / answered,
    p99Milliseconds: result.latency.p99,
  };
}

/** Memory after half and after all of the requests: it may not grow between the two. */
async function memory(
  server: Measured,
  cookie: string,
  documents: readonly string[],
  requests: number,
): Promise<{ half: number; all: number }> {
  await load(server, cookie, documents, { amount: requests / 2 });
  const half = server.rssMegabytes;
  await load(server, cookie, documents, { amount: requests / 2 });
  return { half, all: server.rssMegabytes };
}

function median(figures: readonly Figures[]): Figures {
  const middle = (pick: (one: Figures) => number): number =>
    figures.map(pick).sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
  return {
    rps: middle(({ rps }) => rps),
    cpuMicroseconds: middle(({ cpuMicroseconds }) => cpuMicroseconds),
    p99Milliseconds: middle(({ p99Milliseconds }) => p99Milliseconds),
  };
}

function serviceVariables({ url, orgId, documents }: BenchOrg): Record<string, string> {
  return {
    REDIRECT_PUBLIC_URL: publicUrl,
    REDIRECT_HOST: '127.0.0.1',
    REDIRECT_METRICS_PORT: '0',
    REDIRECT_ORG_URL: url,
    REDIRECT_ORG_ID: orgId,
    REDIRECT_CLIENT_ID: 'bench',
    REDIRECT_CLIENT_SECRET: 'bench',
    REDIRECT_DOCUMENT_ID_PREFIX: documents[0]?.slice(0, 3) ?? '',
    REDIRECT_BUCKET: BUCKET,
    REDIRECT_KEY_PREFIX: 'uploads/',
    REDIRECT_REGION: 'us-east-1',
    REDIRECT_SESSION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    // the limits are counted as ever, and let one user do what thousands would
    REDIRECT_USER_LIMIT: '1000000',
    REDIRECT_ADDRESS_LIMIT: '1000000',
    AWS_ACCESS_KEY_ID: 'BENCH',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
}

/** The cookie that a sign-in would have set. */
function sessionCookie(variables: Record<string, string>, { orgId, userId, accessToken }: BenchOrg): string {
  const { REDIRECT_SESSION_KEYS: keys } = readEnvironment(variables);
  let cookie = '';
  const response = {
    append: (_name: string, value: string) => {
      cookie = value.split(';')[0] ?? '';
    },
  };
  new Sessions(new Seal(keys, orgId), new Cookies(publicUrl), 3600).start(response as unknown as Response, {
    userId: userId as SalesforceId,
    external: false,
    accessToken,
  });
  return cookie;
}

function report(measured: {
  bare: Figures;
  cached: Figures;
  fresh: Figures;
  p99At300: number;
  startMilliseconds: number;
  megabytes: { half: number; all: number };
}): void {
  const { bare, cached, fresh, p99At300, startMilliseconds, megabytes } = measured;
  const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
  const figures = ({ rps, cpuMicroseconds }: Figures) => ({ rps: round(rps), cpuMicroseconds: round(cpuMicroseconds) });
  const ours = {
    cached: figures(cached),
    fresh: figures(fresh),
    p99MillisecondsAt300Rps: p99At300,
    rssMegabytes: { half: round(megabytes.half), all: round(megabytes.all) },
    startMilliseconds: round(startMilliseconds),
  };
  const ratios = { cachedRps: round(cached.rps / bare.rps, 2), freshRps: round(fresh.rps / bare.rps, 2) };
  console.log(
    `bare Express route that signs      ${round(bare.rps)} rps   ${round(bare.cpuMicroseconds)} µs CPU a request`,
  );
  console.log(
    `everything on, check remembered    ${round(cached.rps)} rps   ${round(cached.cpuMicroseconds)} µs   ${ratios.cachedRps} of bare (bar: 0.5, 350 µs)`,
  );
  console.log(
    `everything on, check asked anew    ${round(fresh.rps)} rps   ${round(fresh.cpuMicroseconds)} µs   ${ratios.freshRps} of bare (bar: 0.25, 700 µs)`,
  );
  console.log(`p99 at 300 rps                     ${p99At300} ms (bar: 20 ms on an idle machine)`);
  console.log(
    `memory after ${values.soak} requests      ${round(megabytes.all)} MB, ${round(megabytes.half)} MB at half (bar: 150 MB, flat)`,
  );
  console.log(`start                              ${round(startMilliseconds)} ms (bar: 1000 ms)`);
  if (values.json) console.log(JSON.stringify({ ours, peer: { bare: figures(bare) }, ratios }));
}
