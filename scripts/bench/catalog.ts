/*
 * How fast and how small the catalog is, beside a naive one: `npm run bench:catalog`.
 *   --documents N   documents (default 2000000; the peer takes as many)
 *   --json          the last line is one JSON object {ours, peer, ratios, limits}
 * Ratios are the bar; absolute figures depend on the machine, and the limits hold for two million documents.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { DEFAULT_KEY_LAYOUT, documentId, keyLayout, organizationId } from '@file-migration/config';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import { outcomeOf, pages } from './catalog/documents.ts';
import { NaivePeer } from './catalog/naive-peer.ts';

type Figures = {
  readonly discoveredPerSecond: number;
  readonly settledPerSecond: number;
  readonly countMs: number;
  readonly longestPauseMs: number;
  readonly bytesPerDocument: number;
};

type Ours = {
  readonly figures: Figures;
  readonly extra: {
    readonly rediscoveredPerSecond: number;
    readonly sweepMs: number;
    /** The most CPU that the main thread itself took between two looks at its event loop: what the catalog causes. */
    readonly longestCausedPauseMs: number;
    /** The longest pause of this process while another thread is as busy, and no catalog is there: what the machine makes. */
    readonly pauseFloorMs: number;
    /** Before the catalog is opened, with the makers of the documents in memory. */
    readonly rssBaseMB: number;
    readonly rssSettledMB: number;
    readonly rssPeakMB: number;
  };
};

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '2000000' },
    json: { type: 'boolean', default: false },
    // how this script starts itself, once for each side
    side: { type: 'string' },
  },
});
const DOCUMENTS = Number(values.documents);
const PAGE = 2_000;
const BATCH = 500;
/** Documents after which memory must have stopped growing. */
const SETTLED = 100_000;

if (process.send === undefined) {
  const naive = await inItsOwnProcess<Figures>('naive');
  say('naive', naive);
  const ours = await inItsOwnProcess<Ours>('ours');
  say('ours', ours.figures);
  report(naive, ours);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-catalog-'));
  try {
    process.send(
      values.side === 'naive'
        ? await measurePeer(join(folder, 'naive.db'))
        : await measureOurs(join(folder, 'ours.db')),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Memory and event loop of one side are not to be touched by the other. */
async function inItsOwnProcess<T>(side: 'naive' | 'ours'): Promise<T> {
  const child = fork(import.meta.filename, ['--documents', String(DOCUMENTS), '--side', side], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const [figures] = (await once(child, 'message')) as [T];
  return figures;
}

function report(peer: Figures, { figures, extra }: Ours): void {
  console.log(
    `ours      the same documents again: ${perSecond(extra.rediscoveredPerSecond)}; sweep of all marks ${extra.sweepMs.toFixed(0)} ms; ` +
      `longest pause ${extra.longestCausedPauseMs.toFixed(1)} ms of the main thread's own CPU, ${extra.pauseFloorMs.toFixed(1)} ms of the machine without a catalog; RSS ${extra.rssBaseMB.toFixed(0)} MB without the catalog, ${extra.rssSettledMB.toFixed(0)} MB at ${SETTLED} documents, ${extra.rssPeakMB.toFixed(0)} MB at most`,
  );
  const limits = {
    discoveredPerSecond: atLeast(figures.discoveredPerSecond, 30_000),
    settledPerSecond: atLeast(figures.settledPerSecond, 10_000),
    countMs: atMost(figures.countMs, 50),
    longestCausedPauseMs: atMost(extra.longestCausedPauseMs, 20),
    bytesPerDocument: atMost(figures.bytesPerDocument, 900),
    rssGrowth: atMost(extra.rssPeakMB / extra.rssSettledMB, 1.25),
  };
  for (const [name, { value, limit, met }] of Object.entries(limits)) {
    console.log(`${met ? 'met   ' : 'NOT MET'} ${name}: ${value.toFixed(2)} (limit ${limit})`);
  }
  if (values.json) {
    const ratios = Object.fromEntries(
      (Object.keys(figures) as (keyof Figures)[]).map((name) => [name, figures[name] / peer[name]]),
    );
    console.log(JSON.stringify({ documents: DOCUMENTS, ours: { ...figures, ...extra }, peer, ratios, limits }));
  }
}

async function measurePeer(file: string): Promise<Figures> {
  const peer = new NaivePeer(file);
  const pause = pauses();
  const discovery = stopwatch();
  for (const page of pages(DOCUMENTS, PAGE)) {
    await nextTurn();
    pause.start();
    discovery.start();
    for (let start = 0; start < page.length; start += BATCH) peer.discover(page.slice(start, start + BATCH));
    discovery.stop();
    await nextTurn();
    pause.stop();
  }
  const settling = stopwatch();
  let settled = 0;
  for (;;) {
    pause.start();
    settling.start();
    const some = peer.work(BATCH, (id, index) => outcomeOf({ id: documentId(id) }, index));
    settling.stop();
    await nextTurn();
    pause.stop();
    if (some === 0) break;
    settled += some;
  }
  const countMs = time(() => peer.count());
  peer.close();
  return {
    discoveredPerSecond: DOCUMENTS / discovery.seconds(),
    settledPerSecond: settled / settling.seconds(),
    countMs,
    longestPauseMs: pause.longestMs(),
    bytesPerDocument: statSync(file).size / DOCUMENTS,
  };
}

async function measureOurs(file: string): Promise<Ours> {
  // What making the documents takes by itself.
  for (const page of pages(Math.min(DOCUMENTS, SETTLED), PAGE)) page.length = 0;
  const rssBaseMB = megabytes();
  const pauseFloorMs = await pauseFloor();
  const catalog = await openCatalog({
    file,
    binding: {
      organizationId: organizationId('00D5g000000AbCd'),
      object: 'DocListEntry__c',
      urlField: 'Document__c',
      bucket: 'customer-files',
      prefix: 'uploads/',
    },
    command: 'bench',
    layout: keyLayout(DEFAULT_KEY_LAYOUT),
    linkBaseUrls: ['https://files.example.com/'],
  });
  const run = await catalog.startRun({ type: 'backup', mode: 'full', command: 'bench', configSnapshot: null });
  const position = { discovery: run, mode: 'full', jobId: 'j', apiVersion: '66.0', startedAt: 0, done: false } as const;
  const pause = pauses();
  const rss = { settled: 0, peak: 0 };
  const discoverAll = async (): Promise<number> => {
    const watch = stopwatch();
    let known = 0;
    for (const documents of pages(DOCUMENTS, PAGE)) {
      await nextTurn();
      pause.start();
      watch.start();
      await catalog.recordDiscovered({ run, documents, position });
      watch.stop();
      pause.stop();
      known += documents.length;
      rss.peak = Math.max(rss.peak, megabytes());
      if (known <= SETTLED) rss.settled = rss.peak;
    }
    return DOCUMENTS / watch.seconds();
  };
  const discoveredPerSecond = await discoverAll();

  const settling = stopwatch();
  let settled = 0;
  const claim = () => catalog.claim({ run, n: BATCH, worker: 'bench', ttlMs: 60_000 });
  let claimed = await claim();
  while (claimed.length > 0) {
    const outcomes = claimed.map(({ id, revision, token }, index) => ({
      id,
      revision,
      token,
      outcome: outcomeOf({ id }, index),
    }));
    // As a backup does: the next are claimed while these are written down.
    pause.start();
    settling.start();
    const [next] = await Promise.all([claim(), catalog.recordOutcomes(run, outcomes)]);
    settling.stop();
    pause.stop();
    settled += claimed.length;
    claimed = next;
    rss.peak = Math.max(rss.peak, megabytes());
  }

  const rediscoveredPerSecond = await discoverAll();
  const sweepStart = performance.now();
  const { absent } = await catalog.countAbsentees(run);
  await catalog.absentees(run, undefined, 500);
  const sweepMs = performance.now() - sweepStart;
  if (absent !== 0) throw new Error(`${absent} documents were not seen.`);
  const counted = JSON.stringify(await catalog.counts());
  if (counted !== JSON.stringify(await catalog.recount())) throw new Error('The kept counters differ from a recount.');
  await catalog.finishRun(run, { status: 'completed' });
  await catalog.close();

  const reader = await openCatalogReader(file);
  const before = performance.now();
  await reader.counts();
  const countMs = performance.now() - before;
  await reader.close();
  return {
    figures: {
      discoveredPerSecond,
      settledPerSecond: settled / settling.seconds(),
      countMs,
      longestPauseMs: pause.longestMs(),
      bytesPerDocument: statSync(file).size / DOCUMENTS,
    },
    extra: {
      rediscoveredPerSecond,
      sweepMs,
      longestCausedPauseMs: pause.longestCausedMs(),
      pauseFloorMs,
      rssBaseMB,
      rssSettledMB: rss.settled,
      rssPeakMB: rss.peak,
    },
  };
}

/**
 * Watches the event loop only while the catalog is at work, so that making documents does not count. Their garbage does
 * not either: it is collected before each watch, and so what the collector does within one is about the catalog's own.
 * A pause is told by the clock and by the CPU that this thread took in it. On two busy cores the clock has pauses of 20 to
 * 30 ms without any catalog: only the thread's own CPU tells what the catalog causes, and so the limit is one on that.
 */
function pauses() {
  let longest = 0;
  let longestCaused = 0;
  let since = 0;
  let cpuSince = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = performance.now();
    const cpu = ownCpuMs();
    longest = Math.max(longest, now - since);
    longestCaused = Math.max(longestCaused, cpu - cpuSince);
    since = now;
    cpuSince = cpu;
  };
  const watch = (): void => {
    look();
    timer = setTimeout(watch, 1);
  };
  return {
    start: () => {
      globalThis.gc?.({ type: 'minor' });
      since = performance.now();
      cpuSince = ownCpuMs();
      watch();
    },
    stop: () => {
      clearTimeout(timer);
      look();
    },
    longestMs: () => longest,
    longestCausedMs: () => longestCaused,
  };
}

/** CPU of this thread alone, user and system. */
function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The longest pause while the same pages are made and a thread that is no catalog burns as much time for each. */
async function pauseFloor(): Promise<number> {
  const burn = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (ms) => {
      for (const end = performance.now() + ms; performance.now() < end;);
      parentPort.postMessage(null);
    });`;
  const busy = new Worker(burn, { eval: true });
  await once(busy, 'online');
  const pause = pauses();
  for (const page of pages(Math.min(DOCUMENTS, SETTLED), PAGE)) {
    await nextTurn();
    pause.start();
    busy.postMessage(page.length / 25);
    await once(busy, 'message');
    pause.stop();
  }
  await busy.terminate();
  return pause.longestMs();
}

function stopwatch() {
  let total = 0;
  let since = 0;
  return {
    start: () => {
      since = performance.now();
    },
    stop: () => {
      total += performance.now() - since;
    },
    seconds: () => total / 1_000,
  };
}

function time(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

function megabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

function say(who: string, figures: Figures): void {
  console.log(
    `${who.padEnd(9)} ${perSecond(figures.discoveredPerSecond)} discovered, ${perSecond(figures.settledPerSecond)} claimed and settled, ` +
      `counts in ${figures.countMs.toFixed(1)} ms, longest pause ${figures.longestPauseMs.toFixed(1)} ms, ` +
      `${figures.bytesPerDocument.toFixed(0)} bytes a document`,
  );
}

function perSecond(rate: number): string {
  return `${Math.round(rate)}/s`;
}

function atLeast(value: number, limit: number) {
  return { value, limit, met: value >= limit };
}

function atMost(value: number, limit: number) {
  return { value, limit, met: value <= limit };
}
