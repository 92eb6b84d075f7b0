import { organizationId } from '@file-migration/config';
import { type CatalogOptions, openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import type { Catalog } from '../../../plugin/src/catalog/port.ts';
import type { RunId } from '../../../plugin/src/model/run.ts';
import { openPublications } from '../../../plugin/src/org/publications.ts';
import type { Publications } from '../../../plugin/src/org/publications-port.ts';
import type { ProgressSource } from '../../../plugin/src/run/progress.ts';
import { Publisher, type Timing } from '../../../plugin/src/publish/publisher.ts';
import { unknownRate } from '../../../plugin/src/publish/run-rate.ts';
import { publish, type PublicationScope, type Published } from '../../../plugin/src/publish/publication.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { publisherMessage } from '../../../plugin/src/ui/publish/text.ts';
import { migrationWorld, type MigrationWorld } from './migration-world.ts';
import { INTEGRATION_USER, sessionOf } from '../org/org-world.ts';

export const RUN = 'File_Migration_Run__c';
export const ACCOUNT = 'File_Migration_Account__c';
export const ERROR = 'File_Migration_Error__c';
export const EVENT = 'File_Migration_Progress__e';

export type Row = Readonly<Record<string, unknown>>;

/** A backup's world with what publishes it. */
export type PublishWorld = MigrationWorld & {
  /** Opens the catalog as a command does, for one piece of work. */
  withCatalog<T>(work: (catalog: Catalog) => Promise<T>, options?: Partial<CatalogOptions>): Promise<T>;
  /** One publication, as a command would make it. */
  publish(
    scope?: PublicationScope,
    more?: { catalog?: Partial<CatalogOptions>; run?: RunId },
  ): Promise<Published | undefined>;
  /** A publisher over an open catalog, and what it told the person. */
  publisher(catalog: Catalog, timing?: Partial<Timing>): { publisher: Publisher; told: string[]; warned: string[] };
  publications(fence?: () => Promise<void>, signal?: AbortSignal): Publications;
  /** Published rows of an object, by external id without the catalog's UUID. */
  rows(object: string): Map<string, Row>;
  /** Requests that the org has seen, of this operation. */
  calls(operation: string): number;
};

export async function publishWorld(options: Parameters<typeof migrationWorld>[0] = {}): Promise<PublishWorld> {
  const world = await migrationWorld(options);
  const { org, config } = world;
  const session = sessionOf(org, INTEGRATION_USER, true, '68.0');
  const publications: PublishWorld['publications'] = (fence = () => Promise.resolve(), signal) =>
    openPublications({
      session,
      fence,
      backoff: { firstMs: 1, mostMs: 5 },
      ...(signal !== undefined && { signal }),
    });
  const withCatalog: PublishWorld['withCatalog'] = async (work, more) => {
    const catalog = await openCatalog({
      ...catalogOptions(config, organizationId(org.orgId), 'test publish'),
      ...more,
    });
    try {
      return await work(catalog);
    } finally {
      await catalog.close();
    }
  };
  return {
    ...world,
    withCatalog,
    publications,
    publish: (scope = 'final', { catalog: more, run } = {}) =>
      withCatalog(async (catalog) => {
        const client = publications(async () => {
          await catalog.spendPublishingCall(config.publish.callsPerDay);
        });
        const tools = { catalog, publications: client, settings: config.publish };
        try {
          return await publish(tools, { runRate: unknownRate, scope, ...(run !== undefined && { run }) });
        } finally {
          await client.close();
        }
      }, more),
    publisher: (catalog, timing = {}) => {
      const told: string[] = [];
      const warned: string[] = [];
      const publisher = new Publisher({
        catalog,
        settings: config.publish,
        open: ({ fence, signal }) => publications(fence, signal),
        log: { event: () => undefined, failure: () => undefined },
        onEvent: (event) => {
          const { text, isWarning } = publisherMessage(event);
          (isWarning ? warned : told).push(text);
        },
        timing: quick(timing),
      });
      return { publisher, told, warned };
    },
    rows: (object) =>
      new Map(
        [...org.records.all(object)].map((row) => [
          String(row.External_Id__c).slice('00000000-0000-0000-0000-000000000000:'.length),
          row,
        ]),
      ),
    calls: (operation) => org.requests.counts.get(operation) ?? 0,
  };
}

/** Minutes become fractions of a second. */
export function quick(timing: Partial<Timing> = {}): Partial<Timing> {
  return {
    publishEveryMs: 150,
    longEveryMs: 400,
    throughputMs: 100,
    sampleMs: 20,
    endMs: 5_000,
    drainMs: 2_000,
    ...timing,
  };
}

/** Of a run whose progress does not matter. */
export const noProgress: ProgressSource = () => ({
  stage: 'Copy',
  done: 0,
  total: 0,
  totalIsFinal: false,
  bytes: 0,
  attention: 0,
  notes: [],
});
