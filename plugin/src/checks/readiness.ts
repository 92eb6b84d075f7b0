import type { AccountId, MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { linkOf, longestLink } from './link-of.ts';
import type { Wave } from './wave.ts';
import { documentGates, driftGate } from './document-gates.ts';
import { judged, type Gate, type IgnorableGate } from './gate.ts';
import { orgGates } from './org-gates.ts';
import { otherRunGate } from './other-run-gate.ts';
import { redirectGate, type SampledLink } from './redirect-gate.ts';
import { copiesGate, copiesGateLater } from './copies-gate.ts';
import type { CopiesRechecked } from './recheck-copies.ts';
import { journalSpaceGate, lifecycleGate } from './target-gates.ts';

export type ReadinessTools = { readonly catalog: CatalogReader; readonly org: Org; readonly storage: Storage };

export type ReadinessRequest = {
  readonly wave: Wave;
  readonly ignore: readonly IgnorableGate[];
  /** The org's token, for opening a sample. */
  readonly bearer: () => string;
  /** What looking at every copy of the wave showed; a plan leaves that for later. */
  readonly seen?: CopiesRechecked;
};

/** Looks at every gate. Nothing is written anywhere, but for the small trial object that surveys of the target write. */
export async function readiness(
  tools: ReadinessTools,
  config: MigrationConfig,
  { wave, ignore, bearer, seen }: ReadinessRequest,
  signal: AbortSignal,
): Promise<Gate[]> {
  const accounts = wave.accounts.map(({ accountId }) => accountId);
  const facts = await tools.catalog.readyFacts(accounts);
  const gates: Gate[] = [];
  for await (const gate of documentGates(tools.catalog, config, wave, facts)) gates.push(gate);
  gates.push(await journalSpaceGate(config), await otherRunGate(tools.catalog));
  gates.push(await driftGate(tools.org, config, tools.catalog));
  const longest = {
    link: await longestLink(config, () => tools.catalog.longestEncodedKey(accounts, 'ready')),
    key: facts.longestKey,
    originalUrl: facts.longestOriginalUrl,
  };
  for await (const gate of orgGates(tools.org, config, longest, await tools.catalog.jobWindows())) gates.push(gate);
  gates.push(await lifecycleGate(tools.storage, signal));
  const organizationId = await tools.org.organizationId();
  const sample = await sampleOf(tools.catalog, accounts, config);
  gates.push(await redirectGate(config, { organizationId, sample, bearer, signal }));
  gates.push(seen === undefined ? await copiesGateLater(tools.catalog, config, accounts) : copiesGate(seen, config));
  return judged(gates, ignore);
}

/** The gates that the catalog and this machine answer: neither the org nor a store is asked. */
export async function knownReadiness(catalog: CatalogReader, config: MigrationConfig, wave: Wave): Promise<Gate[]> {
  const accounts = wave.accounts.map(({ accountId }) => accountId);
  const facts = await catalog.readyFacts(accounts);
  const gates: Gate[] = [
    await journalSpaceGate(config),
    await otherRunGate(catalog),
    await copiesGateLater(catalog, config, accounts),
  ];
  for await (const gate of documentGates(catalog, config, wave, facts)) gates.push(gate);
  return judged(gates);
}

/** @throws Failure `not-ready` that names every red gate and what mends it */
export function requireReady(gates: readonly Gate[]): void {
  const red = gates.filter(({ verdict }) => verdict === 'red');
  if (red.length === 0) return;
  throw new Failure(
    `Not ready: ${red.map(({ id, found, threshold }) => `${id} (${found}; must be: ${threshold})`).join('; ')}.`,
    {
      code: 'not-ready',
      actions: red.map(
        ({ id, mend = '', ignorable }) => `${id}: ${mend}${ignorable ? ` (or --ignore-gate ${id})` : ''}`,
      ),
    },
  );
}

async function sampleOf(
  catalog: CatalogReader,
  accounts: readonly (AccountId | null)[],
  config: MigrationConfig,
): Promise<SampledLink[]> {
  const wanted = config.switch.gates.redirectSample;
  if (config.link.style === 'redirect' && config.link.baseUrl === undefined) return [];
  const link = linkOf(config);
  const sample: SampledLink[] = [];
  for (const account of accounts) {
    if (sample.length >= wanted) break;
    for (const { document, key } of await catalog.switchable({ account, after: 0, limit: wanted - sample.length })) {
      const bytes = (await catalog.document(document))?.target?.size;
      sample.push({ document, url: link(document, key), key, bytes });
    }
  }
  return sample;
}
