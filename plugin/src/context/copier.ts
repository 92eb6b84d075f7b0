import { extname } from 'node:path';
import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import { Fleet } from '../fleet/fleet.ts';
import * as processes from '../fleet/engines/processes.ts';
import { storageSettings } from '../fleet/settings.ts';
import type { KnownWorker } from '../fleet/roster.ts';
import { Failure } from '../model/failure.ts';
import type { Storage } from '../storage/storage.ts';
import { pluginVersion } from './plugin-version.ts';
import { fleetOf, queueDatabase } from './queue-database.ts';
import { configuredOptions } from './storage-options.ts';

const workerFile = new URL(`./copy-worker${extname(import.meta.filename)}`, import.meta.url);

/** Who copies and compares instead of this process. */
export type WorkersRequest =
  /** Processes of this machine, each of which reads the same config file. */
  | { readonly kind: 'processes'; readonly count: number; readonly configFile: string }
  /** Whoever runs `sf migrate files worker` for the queue that the config names. */
  | { readonly kind: 'fleet' };

export type WorkersContext = {
  readonly organizationId: OrganizationId;
  /** The catalog's UUID. */
  readonly catalog: string;
  /** Throws unless this process owns the catalog. */
  readonly fence: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Told what a person should know of the workers, as a sentence. */
  readonly onNote: (sentence: string) => void;
};

/** Storage that copies and compares by workers. */
export type SpreadStorage = Storage & { readonly workers: () => readonly KnownWorker[] };

/**
 * The same storage, with its copying and comparing done by workers.
 * @throws Failure `wrong-use` where a copy method needs the org, `not-ready` where the target could be overwritten,
 *   `queue-unreachable`
 */
export async function overWorkers(
  storage: Storage,
  config: MigrationConfig,
  request: WorkersRequest,
  context: WorkersContext,
): Promise<SpreadStorage> {
  const { methods } = config.source;
  if (methods.includes('salesforce-file')) {
    throw new Failure('The copy method salesforce-file reads from the org, which workers do not.', {
      code: 'wrong-use',
      actions: ['Leave out --processes or --workers, or salesforce-file in the config'],
    });
  }
  await requireConditionalWrites(storage, methods.includes('server-side-copy'), context.signal);
  const fleet = await openFleet(config, request, context);
  return {
    ...storage,
    copy: (copy, signal) => fleet.copy(copy, signal),
    compare: (compare, depth, signal) => fleet.compare(compare, depth, signal),
    load: () => fleet.load(),
    workers: () => fleet.workers(),
    close: () => fleet.close(),
  };
}

async function openFleet(config: MigrationConfig, request: WorkersRequest, context: WorkersContext): Promise<Fleet> {
  const { organizationId, fence, signal, onNote, catalog } = context;
  const both = { fence, signal, onNote };
  switch (request.kind) {
    case 'processes': {
      const { count, configFile } = request;
      const { documentsPerJob, fillMs, silenceMs } = processes;
      const setup = { configFile, organizationId };
      const queue = new processes.Processes({ count, workerFile, setup, fence });
      // all of them have the same trouble
      return await Fleet.open({ ...both, queue, documentsPerJob, fillMs, silenceMs, graceMs: 0 });
    }
    case 'fleet': {
      const settings = fleetOf(config);
      const { openPgBossQueue, fillMs } = await import('../fleet/engines/pg-boss/coordinator.ts');
      const { documentsPerJob, silenceSeconds } = settings;
      const queue = await openPgBossQueue({
        database: queueDatabase(settings, process.env),
        order: { catalog, organizationId },
        settings: storageSettings(configuredOptions(config, process.env)),
        silenceSeconds,
        version: pluginVersion,
      });
      const silenceMs = silenceSeconds * 1000;
      return await Fleet.open({ ...both, queue, documentsPerJob, fillMs, silenceMs, graceMs: silenceMs });
    }
  }
}

/** One process can look first and write then; several need the store to refuse what would overwrite. */
async function requireConditionalWrites(storage: Storage, copies: boolean, signal: AbortSignal): Promise<void> {
  const { capabilities, bucket } = await storage.surveyTarget(signal);
  if (capabilities.known && capabilities.value.conditionalPut && (!copies || capabilities.value.conditionalCopy))
    return;
  const why = capabilities.known
    ? `it does not honor If-None-Match on ${capabilities.value.conditionalPut ? 'CopyObject' : 'PutObject'}`
    : capabilities.message;
  throw new Failure(`Several processes may not write to the bucket ${bucket} at once: ${why}.`, {
    code: 'not-ready',
    actions: ['Run the command without --processes and --workers'],
  });
}
