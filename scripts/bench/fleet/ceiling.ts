/**
 * What the coordinator bears: a real catalog, the real copying stage, and workers that answer at once. One process, whose
 * task comes as JSON in the first argument; it prints its figures as JSON.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_KEY_LAYOUT, keyLayout, organizationId } from '@file-migration/config';
import { BackupProgress } from '../../../plugin/src/backup/backup-progress.ts';
import { CopyStage } from '../../../plugin/src/backup/copy.ts';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import { fillMs as pgBossFillMs, openPgBossQueue } from '../../../plugin/src/fleet/engines/pg-boss/coordinator.ts';
import * as processesEngine from '../../../plugin/src/fleet/engines/processes.ts';
import type { Copier } from '../../../plugin/src/fleet/copier.ts';
import { Fleet } from '../../../plugin/src/fleet/fleet.ts';
import type { Storage } from '../../../plugin/src/storage/storage.ts';
import { pages } from '../catalog/documents.ts';
import { cpuMsOf, cpuMsOfFamily, peakMbOf } from './cpu.ts';
import { instantCopier } from './instant-copier.ts';
import type { InstantPlace } from './instant-worker.ts';

export type CeilingRun = {
  readonly engine: 'none' | 'processes' | 'pg-boss';
  readonly documents: number;
  readonly workers: number;
  /** PostgreSQL, and the process whose children serve it. */
  readonly url: string;
  readonly postgresPid: number;
};

/** Microseconds of CPU a document, unless the name says otherwise. */
export type CeilingFigures = {
  readonly documentsPerSecond: number;
  readonly coordinator: number;
  readonly mainThread: number;
  readonly workers: number;
  readonly database: number;
  readonly coordinatorRssMb: number;
  readonly workerRssMb: number;
};

const run = JSON.parse(process.argv[2] ?? '') as CeilingRun;
const workerFile = new URL('instant-worker.ts', import.meta.url);
const organization = organizationId('00D5g000000AbCdEAK');
const settings = { 'target.bucket': 'bench' };
const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'bench-fleet-'));

const catalog = await openCatalog({
  file: join(folder, 'catalog.db'),
  binding: {
    organizationId: organization,
    object: 'DocListEntry__c',
    urlField: 'Document__c',
    bucket: 'bench',
    prefix: 'uploads/',
  },
  command: 'bench:fleet',
  layout: keyLayout(DEFAULT_KEY_LAYOUT),
  linkBaseUrls: ['https://files.example.com'],
});
const backup = await catalog.startRun({ type: 'backup', mode: 'full', command: 'bench:fleet', configSnapshot: {} });
for (const documents of pages(run.documents, 2000)) {
  const position = {
    discovery: backup,
    mode: 'full',
    jobId: 'bench',
    apiVersion: '68.0',
    startedAt: 0,
    done: false,
  } as const;
  await catalog.recordDiscovered({ run: backup, documents, position });
}

const children: ChildProcess[] = [];
const { copier, pids, close } = await openCopier();
const before = {
  process: process.cpuUsage(),
  main: process.threadCpuUsage(),
  database: cpuMsOfFamily(run.postgresPid),
};
const workersBefore = cpuOfWorkers();
const startedAt = performance.now();
const stage = new CopyStage(
  { catalog, storage: copier as Storage },
  {
    filters: { allowedExtensions: null, deniedExtensions: [] },
    documentsPerClaim: 500,
    overlapMs: 0,
    absentShareStop: 1,
    longestPauseMs: 0,
    attempts: 4,
    retryWaitsMs: [1],
    drainMs: 1000,
  },
  { run: backup, accountId: undefined, limit: undefined },
  new BackupProgress(),
);
stage.discoveryEnded();
await stage.run(signal);
const seconds = (performance.now() - startedAt) / 1000;
const all = process.cpuUsage(before.process);
const main = process.threadCpuUsage(before.main);
const { states } = await catalog.counts();
const perDocument = (ms: number): number => Math.round((10 * 1000 * ms) / states.verified) / 10;
const figures: CeilingFigures = {
  documentsPerSecond: Math.round(states.verified / seconds),
  coordinator: perDocument((all.user + all.system) / 1000),
  mainThread: perDocument((main.user + main.system) / 1000),
  workers: perDocument(cpuOfWorkers() - workersBefore),
  database: perDocument(cpuMsOfFamily(run.postgresPid) - before.database),
  coordinatorRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  workerRssMb: Math.max(0, ...pids().map(peakMbOf)),
};
process.stdout.write(JSON.stringify(figures));
await close();
await catalog.close();
await rm(folder, { recursive: true, force: true });
process.exit(0);

function cpuOfWorkers(): number {
  return pids().reduce((total, pid) => total + cpuMsOf(pid), 0);
}

type Opened = { readonly copier: Copier; readonly pids: () => readonly number[]; readonly close: () => Promise<void> };

async function openCopier(): Promise<Opened> {
  const fence = (): Promise<void> => catalog.fence();
  switch (run.engine) {
    case 'none':
      return { copier: instantCopier, pids: () => [], close: () => Promise.resolve() };
    case 'processes': {
      const { documentsPerJob, fillMs, silenceMs, Processes } = processesEngine;
      const setup = { configFile: 'none', organizationId: organization };
      const queue = new Processes({ count: run.workers, workerFile, setup, fence });
      const fleet = await Fleet.open({ queue, documentsPerJob, fillMs, silenceMs, graceMs: 0, fence, signal });
      await atWork(fleet);
      return { copier: fleet, pids: () => queue.processes().map(({ pid }) => pid), close: () => fleet.close() };
    }
    case 'pg-boss': {
      const queue = await openPgBossQueue({
        database: { kind: 'url', url: run.url },
        order: { catalog: catalog.identity.uuid, organizationId: organization },
        settings,
        silenceSeconds: 20,
        version: 'bench',
      });
      const silenceMs = 20_000;
      const options = { documentsPerJob: 250, fillMs: pgBossFillMs, silenceMs, graceMs: silenceMs, fence, signal };
      const fleet = await Fleet.open({ queue, ...options });
      const place = JSON.stringify({ url: run.url, settings } satisfies InstantPlace);
      for (let nth = 0; nth < run.workers; nth++) {
        children.push(fork(workerFile, [place], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
      }
      await atWork(fleet);
      return {
        copier: fleet,
        pids: () => children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
        async close() {
          const ended = children.map((child) => once(child, 'exit'));
          for (const child of children) child.kill('SIGKILL');
          await Promise.all(ended);
          await fleet.close();
        },
      };
    }
  }
}

async function atWork(fleet: Fleet): Promise<void> {
  while (fleet.workers().filter(({ state }) => state === 'working').length < run.workers) await sleep(20);
}
