import { extname } from 'node:path';
import type { MigrationConfig, OrganizationId } from '@file-migration/config';
import { Processes } from '../fleet/processes.ts';
import { Failure } from '../model/failure.ts';
import type { Storage } from '../storage/storage.ts';

const workerFile = new URL(`./copy-worker${extname(import.meta.filename)}`, import.meta.url);

/** How many processes copy and compare, and the config file that each of them reads for itself. */
export type ProcessesRequest = { readonly count: number; readonly configFile: string };

/**
 * Storage whose copying and comparing runs in processes of its own on this machine.
 * @param context.fence throws unless this process owns the catalog
 * @throws Failure `wrong-use` where a copy method needs the org, `not-ready` where the target could be overwritten
 */
export async function onProcesses(
  storage: Storage,
  config: MigrationConfig,
  { count, configFile }: ProcessesRequest,
  context: {
    readonly organizationId: OrganizationId;
    readonly fence: () => Promise<void>;
    readonly signal: AbortSignal;
    readonly onLost: (sentence: string) => void;
  },
): Promise<Storage> {
  const { source } = config;
  if (source.methods.includes('salesforce-file')) {
    throw new Failure('The copy method salesforce-file reads from the org, which worker processes do not.', {
      code: 'wrong-use',
      actions: ['Leave out --processes, or salesforce-file in the config'],
    });
  }
  await requireConditionalWrites(storage, source.methods.includes('server-side-copy'), context.signal);
  const { organizationId, fence, onLost } = context;
  const processes = new Processes({ count, workerFile, setup: { configFile, organizationId }, fence, onLost });
  return {
    ...storage,
    copy: (request, signal) => processes.copy(request, signal),
    compare: (request, depth, signal) => processes.compare(request, depth, signal),
    load: () => processes.load(),
    close: () => processes.close(),
  };
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
    actions: ['Run the command without --processes'],
  });
}
