import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { audit } from '@file-migration/kit/migration/audit';
import {
  LINK_BASE,
  addDocuments,
  documentRecord,
  migrationWorld,
  sourceUrl,
  type MigrationWorld,
} from '@file-migration/kit/migration/migration-world';
import { linksInOrg, quickSettings, switchWith, withTools } from '@file-migration/kit/migration/switch';
import { runVerify } from '@file-migration/kit/migration/verify';
import { seededRandom } from '@file-migration/stand-ins/faults/random';
import type { Catalog } from '../../plugin/src/catalog/port.ts';
import { UpdateProgress } from '../../plugin/src/jobs/update-progress.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { rollback } from '../../plugin/src/rollback/rollback.ts';

type OrgRule = Parameters<MigrationWorld['org']['setFaults']>[0][number];
type StoreRule = NonNullable<Parameters<MigrationWorld['store']['setFaults']>[0]>[number];

/** How a step ends: by itself, by Ctrl-C, or as if the process had died: the catalog is gone from one call to the next. */
type End = 'itself' | 'signal' | 'death';
type Step = { readonly name: string; readonly end: End; readonly afterRequests: number };

type Update = {
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  readonly interrupt?: (catalog: Catalog) => Promise<void>;
};

const phases = ['backup', 'backup', 'full backup', 'verify', 'switch', 'switch', 'switch', 'rollback'];

/** While it blows: long enough for what is tried again, short against the pause that a spent limit asks for. */
const stormWaitMs = 5_000;
const retrying = { retryWaitsMs: [1, 5, 20], attempts: 3 } as const;

/**
 * One seed's weather: a small org in which documents are backed up, verified, switched, rolled back and edited in a
 * random order, while org and store answer oddly and the work is interrupted. Then the weather clears: plain `backup`,
 * `switch` and `rollback` must come to their end, and everything must be as an independent look finds it.
 * @throws AssertionError with the seed's story
 */
export async function runSeed(seed: number): Promise<void> {
  const weather = new Weather(seed, await migrationWorld({ org: { seed, bulk: { jobMs: 1, pageRows: 9 } } }));
  try {
    await weather.blow();
    await weather.clear();
  } catch (error) {
    if (error instanceof Error) error.message = `seed ${seed}: ${error.message}\n${weather.story.join('\n')}`;
    throw error;
  } finally {
    await weather.world.close();
  }
}

class Weather {
  readonly world: MigrationWorld;
  readonly story: string[] = [];
  readonly #seed: number;
  readonly #random: () => number;
  /** What each record's user wants its URL to be. */
  readonly #wanted = new Map<string, string>();
  #made = 0;

  constructor(seed: number, world: MigrationWorld) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.world = world;
  }

  async blow(): Promise<void> {
    await this.#documents(12 + this.#below(12));
    const steps = 3 + this.#below(3);
    for (let nth = 0; nth < steps; nth++) {
      if (this.#random() < 0.5) await this.#userActs();
      this.#faults();
      await this.#step({
        name: nth === 0 ? 'backup' : this.#pick(phases),
        end: this.#pick(['itself', 'itself', 'signal', 'death']),
        afterRequests: this.#below(60),
      });
    }
  }

  /** Nothing is in the way any more. */
  async clear(): Promise<void> {
    const { world } = this;
    world.org.setFaults([]);
    world.store.setFaults([]);
    this.story.push('the weather clears');
    const backup = await world.run({}, { settings: retrying });
    expect(backup.status, 'the backup').to.not.equal('stopped');
    const again = { mode: 'retry', retry: ['failed', 'denied', 'missing', 'archived'] } as const;
    await world.run(again, { settings: retrying });
    await audit(world);
    const switched = await this.#switch({ waitMs: Infinity });
    expect(switched.status, `the switch: ${switched.message ?? ''}`).to.not.equal('stopped');
    await this.#linksAreCounted();
    await audit(world);
    const undone = await this.#rollback({ waitMs: Infinity });
    // a record that was deleted while it held our link is reported as absent, and that is all
    expect(undone.status, `the rollback: ${undone.message ?? ''}`).to.not.equal('stopped');
    expect(undone, 'the rollback').to.include({ failed: 0, conflicts: 0 });
    await audit(world);
    const urls = Object.fromEntries([...linksInOrg(world)].map(([id, { url }]) => [id, url]));
    const wanted = Object.fromEntries([...this.#wanted].filter(([id]) => id in urls));
    expect(urls, 'the URLs after the rollback').to.deep.equal(wanted);
    expect(await world.look((catalog) => catalog.unfinishedJobs()), 'unfinished jobs').to.deep.equal([]);
  }

  /** Every link in the org is one that the catalog counts, leads to an object, and the other way round. */
  async #linksAreCounted(): Promise<void> {
    const links = [...linksInOrg(this.world)].filter(([, { url }]) => url.startsWith(LINK_BASE));
    const counts = await this.world.look((catalog) => catalog.counts());
    expect(counts.states.switched, 'switched, as the catalog counts and as the org holds').to.equal(links.length);
    for (const [id, { url, original }] of links) {
      expect(url).to.equal(`${LINK_BASE}/d/${id}`);
      expect(original, `original URL of ${id}`).to.equal(this.#wanted.get(id));
    }
  }

  async #documents(count: number): Promise<void> {
    const written = await addDocuments(this.world, count, { accounts: 3, prefix: `s${this.#made++}` });
    for (const { id, key } of written) this.#wanted.set(id, sourceUrl(key));
  }

  async #userActs(): Promise<void> {
    const ids = [...this.#wanted.keys()];
    const id = this.#pick(ids);
    switch (this.#pick(['edit', 'edit', 'empty', 'delete', 'create'])) {
      case 'edit': {
        const url = this.#wanted.get(this.#pick(ids)) ?? '';
        if (url === '') return;
        this.story.push(`a user gives ${id} the URL ${url}`);
        this.world.org.records.update(id, { Document__c: url });
        this.#wanted.set(id, url);
        return;
      }
      case 'empty':
        this.story.push(`a user empties ${id}`);
        this.world.org.records.update(id, { Document__c: null });
        this.#wanted.set(id, '');
        return;
      case 'delete':
        this.story.push(`a user deletes ${id}`);
        this.world.org.records.softDelete(id);
        this.#wanted.delete(id);
        return;
      case 'create':
        this.story.push('a user adds two documents, one without URL');
        await this.#documents(1);
        this.#wanted.set(this.world.org.records.insertOne('DocListEntry__c', documentRecord('x.pdf', null)), '');
    }
  }

  async #step(step: Step): Promise<void> {
    const { name, end, afterRequests } = step;
    this.story.push(`${name}, ended by ${end}${end === 'itself' ? '' : ` after ${afterRequests} requests`}`);
    const controller = new AbortController();
    const { signal } = controller;
    const ended = new AbortController();
    const interrupt = async (catalog: Catalog | undefined): Promise<void> => {
      if (end === 'itself') return;
      const asked = this.#requests() + afterRequests;
      while (!ended.signal.aborted && this.#requests() < asked) await sleep(1);
      if (ended.signal.aborted) return;
      if (end === 'signal') controller.abort('SIGINT');
      else await catalog?.close();
    };
    try {
      const result = await this.#run(name, signal, interrupt);
      this.story.push(`  ${result}`);
    } catch (error) {
      this.story.push(`  ${error instanceof Error ? error.message : String(error)}`);
      const isStop = signal.aborted && (error === signal.reason || (error as Error).name === 'AbortError');
      if (!(error instanceof Failure) && !isStop) throw error;
    } finally {
      ended.abort();
    }
  }

  async #run(
    name: string,
    signal: AbortSignal,
    interrupt: (catalog: Catalog | undefined) => Promise<void>,
  ): Promise<string> {
    switch (name) {
      case 'backup':
      case 'full backup': {
        const request = name === 'backup' ? {} : ({ mode: 'full' } as const);
        const { status } = await this.world.run(request, {
          signal,
          settings: retrying,
          beside: (catalog, work) => {
            void interrupt(catalog);
            return work();
          },
        });
        return status;
      }
      case 'verify': {
        void interrupt(undefined);
        return (await runVerify(this.world, {}, { signal })).status;
      }
      case 'switch':
        return (await this.#switch({ waitMs: stormWaitMs, signal, interrupt })).status;
      default:
        return (await this.#rollback({ waitMs: stormWaitMs, signal, interrupt })).status;
    }
  }

  #switch({ waitMs, signal = new AbortController().signal, interrupt }: Update) {
    const settings = { canaryRows: 5, rowsPerJob: 7, rounds: 3, attempts: 3 };
    return withTools(
      this.world,
      (tools) => {
        void interrupt?.(tools.catalog);
        return switchWith(tools, this.world.config, { waitMs }, { settings, signal });
      },
      signal,
    );
  }

  #rollback({ waitMs, signal = new AbortController().signal, interrupt }: Update) {
    return withTools(
      this.world,
      (tools) => {
        void interrupt?.(tools.catalog);
        return rollback(
          tools,
          { source: { kind: 'database' }, waitMs },
          {
            settings: quickSettings(this.world.config, { rowsPerJob: 7, rounds: 3, attempts: 3 }),
            info: { command: 'weather rollback', configSnapshot: {} },
            progress: new UpdateProgress(),
            signal,
          },
        );
      },
      signal,
    );
  }

  #faults(): void {
    const org = Array.from({ length: this.#below(4) }, () => this.#orgRule());
    const store = Array.from({ length: this.#below(3) }, () => this.#storeRule());
    for (const { match, fault } of [...org, ...store]) this.story.push(`  ${JSON.stringify({ match, fault })}`);
    this.world.org.setFaults(org, this.#seed);
    this.world.store.setFaults(store, this.#seed);
  }

  #orgRule(): OrgRule {
    const when = { nth: 1 + this.#below(6) };
    const often = { probability: 0.1 + this.#random() / 4, times: 1 + this.#below(3) };
    const request = this.#pick([when, often]);
    const bulk = this.#pick(bulkOperations);
    const fault = this.#pick(orgFaults);
    switch (fault.kind) {
      case 'row':
        return { match: { operation: 'ingest.row', probability: 0.3, times: 1 + this.#below(8) }, fault };
      case 'lock':
        return { match: { operation: 'ingest.chunk', times: 1 + this.#below(2) }, fault };
      case 'fail':
      case 'gone':
      case 'slow':
        return { match: { operation: this.#pick(['ingest.job', 'query.job']), times: 1 }, fault };
      case 'headers':
        return { match: { operation: 'bulk.query.results', ...when }, fault };
      default:
        return { match: this.#random() < 0.5 ? request : { operation: bulk, ...request }, fault };
    }
  }

  #storeRule(): StoreRule {
    const fault = this.#pick(storeFaults);
    return { match: { probability: 0.05 + this.#random() / 5, times: 1 + this.#below(3) }, fault };
  }

  #requests(): number {
    return this.world.org.requests.total() + this.world.store.traffic.recent().length;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }
}

const bulkOperations = [
  'bulk.query.create',
  'bulk.query.status',
  'bulk.query.results',
  'bulk.ingest.create',
  'bulk.ingest.upload',
  'bulk.ingest.change',
  'bulk.ingest.status',
  'bulk.ingest.successful',
  'bulk.ingest.failed',
  'bulk.ingest.unprocessed',
  'collection.read',
  'query',
  'queryAll',
];
const page = '<!DOCTYPE html><html><body><h1>We are down for maintenance.</h1></body></html>';

const orgFaults: readonly OrgRule['fault'][] = [
  { kind: 'error', status: 503 },
  { kind: 'error', status: 503, after: true },
  { kind: 'error', status: 500, code: 'UNKNOWN_EXCEPTION', after: true },
  { kind: 'error', status: 429, retryAfter: 0 },
  { kind: 'error', status: 401, atByte: 100 },
  { kind: 'error', status: 403, message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.' },
  { kind: 'error', status: 403, message: 'TotalRequests Limit exceeded.' },
  { kind: 'error', status: 404, code: 'NOT_FOUND' },
  { kind: 'error', status: 400, code: 'QUERY_TIMEOUT' },
  { kind: 'answer', status: 200, body: page },
  { kind: 'answer', status: 200, body: page, after: true },
  { kind: 'answer', status: 204 },
  { kind: 'answer', status: 204, after: true },
  { kind: 'answer', status: 302, headers: { Location: 'https://maintenance.example.com/' } },
  { kind: 'cut' },
  { kind: 'cut', atByte: 60 },
  { kind: 'delay', ms: 20 },
  { kind: 'expire' },
  { kind: 'headers', headers: { 'Sforce-Locator': 'null' } },
  {
    kind: 'row',
    code: 'CANNOT_EXECUTE_FLOW_TRIGGER',
    message: 'UNABLE_TO_LOCK_ROW: unable to obtain exclusive access',
  },
  { kind: 'row', code: 'UNKNOWN_EXCEPTION', message: 'An unexpected error occurred.' },
  { kind: 'row', code: 'ENTITY_IS_LOCKED' },
  { kind: 'row', code: 'STRING_TOO_LONG', blankId: true },
  { kind: 'row', code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
  { kind: 'lock' },
  { kind: 'fail', afterRows: 2, message: 'InternalServerError : Retried more than 20 times' },
  { kind: 'fail', message: 'InvalidBatch : Field name not found : File_Key__c' },
  { kind: 'fail', message: 'ExceededQuota : Limit exceeded.' },
  { kind: 'gone' },
  { kind: 'slow', ms: 100 },
];

const storeFaults: readonly StoreRule['fault'][] = [
  { kind: 'error', code: 'SlowDown' },
  { kind: 'error', code: 'InternalError' },
  { kind: 'error', code: 'InternalError', acted: true },
  { kind: 'error', code: 'AccessDenied' },
  { kind: 'cut', acted: true },
  { kind: 'cut', acted: false },
  { kind: 'cut-body', afterBytes: 30 },
  { kind: 'weak-etag' },
  { kind: 'no-checksums' },
  { kind: 'no-length' },
  { kind: 'latency', milliseconds: 20 },
];
