import { organizationId, type MigrationConfig } from '@file-migration/config';
import { rollback, type RollbackRequest } from '../../../plugin/src/rollback/rollback.ts';
import { relinkDocuments } from '../../../plugin/src/switch/relink.ts';
import type { Backoff } from '../../../plugin/src/async/backoff.ts';
import { openCatalog } from '../../../plugin/src/catalog/catalog.ts';
import { createOrg } from '../../../plugin/src/org/org.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import type { UpdateTools } from '../../../plugin/src/jobs/update-context.ts';
import { UpdateProgress } from '../../../plugin/src/jobs/update-progress.ts';
import type { UpdateResult } from '../../../plugin/src/jobs/update-documents.ts';
import { linkOf } from '../../../plugin/src/checks/link-of.ts';
import { switchSettings, type SwitchSettings } from '../../../plugin/src/switch/switch-settings.ts';
import { switchDocuments, type SwitchRequest } from '../../../plugin/src/switch/switch.ts';
import { catalogOptions } from '../../../plugin/src/context/binding.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { INTEGRATION_USER, sessionOf } from '../org/session-of.ts';
import { storeKeys } from './world-config.ts';
import type { MigrationWorld } from './migration-world.ts';
import { everythingReady } from './everything-ready.ts';
import type { SalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

/** What a phase is run on: a world, or as much of it as another process knows. */
export type Place = {
  readonly org: Pick<SalesforceOrg, 'url' | 'orgId' | 'accessTokens'> & Partial<Pick<SalesforceOrg, 'signIn'>>;
  readonly config: MigrationConfig;
};

/** Opens the real catalog, org client and storage as one process would, for as long as `work` takes. */
export async function withTools<T>(
  { org, config }: Place,
  work: (tools: UpdateTools) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
  poll: Backoff = { firstMs: 2, mostMs: 20 },
): Promise<T> {
  const organization = organizationId(org.orgId);
  const catalog = await openCatalog(catalogOptions(config, organization, 'test switch'));
  const fence = (): Promise<void> => catalog.fence();
  const client = createOrg({
    session: sessionOf(org as SalesforceOrg, INTEGRATION_USER, true, '68.0'),
    names: config.org,
    signal,
    fence,
    backoff: { firstMs: 1, mostMs: 20 },
    poll,
  });
  const storage = createStorage(storageOptions(config, { organizationId: organization, env: storeKeys, fence }));
  try {
    return await work({
      catalog,
      org: client,
      storage,
      log: { event: () => undefined, failure: () => undefined, close: () => undefined },
    });
  } finally {
    await Promise.all([client.close(), storage.close()]);
    await catalog.close();
  }
}

export type SwitchOptions = {
  readonly settings?: Partial<SwitchSettings>;
  readonly signal?: AbortSignal;
  readonly progress?: UpdateProgress;
  /** How often the state of a job is asked for. */
  readonly poll?: Backoff;
};

/** Settings without the waits of real life. */
export function quickSettings(config: MigrationConfig, changes: Partial<SwitchSettings> = {}): SwitchSettings {
  return { ...switchSettings(config), canaryRereadMs: 0, pauseMs: 1, ...changes };
}

/** One switch with everything real. */
export function runSwitch(
  place: Place,
  request: Partial<SwitchRequest> = {},
  options: SwitchOptions = {},
): Promise<UpdateResult> {
  const { signal, poll } = options;
  return withTools(place, (tools) => switchWith(tools, place.config, request, options), signal, poll);
}

/** One switch of everything that is ready, with tools that are open already. */
export function switchWith(
  tools: UpdateTools,
  config: MigrationConfig,
  request: Partial<SwitchRequest> = {},
  { settings, signal = new AbortController().signal, progress = new UpdateProgress() }: SwitchOptions = {},
): Promise<UpdateResult> {
  const all = { ...everythingReady, linkOf: linkOf(config) };
  const info = { command: 'test switch', configSnapshot: {} };
  return switchDocuments(
    tools,
    { ...all, ...request },
    { settings: quickSettings(config, settings), info, progress, signal },
  );
}

/** What the three fields of every document hold, by id. */
export function linksInOrg(
  world: Pick<MigrationWorld, 'org'>,
): Map<string, { url: string; key: string; original: string }> {
  return new Map(
    [...world.org.records.allDocuments()].map((record) => [
      String(record.Id),
      {
        url: text(record.Document__c),
        key: text(record.File_Key__c),
        original: text(record.File_Original_Url__c),
      },
    ]),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** One rollback with everything real. */
export function runRollback(
  place: Place,
  request: Partial<RollbackRequest> = {},
  { settings, signal = new AbortController().signal, progress = new UpdateProgress(), poll }: SwitchOptions = {},
): Promise<UpdateResult> {
  return withTools(
    place,
    (tools) =>
      rollback(
        tools,
        { source: { kind: 'database' }, waitMs: Infinity, ...request },
        {
          settings: quickSettings(place.config, settings),
          info: { command: 'test rollback', configSnapshot: {} },
          progress,
          signal,
        },
      ),
    signal,
    poll,
  );
}

/** One relink with everything real, under the present config. */
export function runRelink(place: Place, progress = new UpdateProgress()): Promise<UpdateResult> {
  return withTools(place, (tools) =>
    relinkDocuments(
      tools,
      { linkOf: linkOf(place.config), ignoredGates: [], waitMs: Infinity, mode: 'full' },
      {
        settings: quickSettings(place.config),
        info: { command: 'test relink', configSnapshot: {} },
        progress,
        signal: new AbortController().signal,
      },
    ),
  );
}
