import type { AccountId, MigrationConfig } from '@file-migration/config';
import type { ReadyFacts } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { otherRunCheck } from './catalog-checks.ts';
import { ignoring, isOpen, type Gate } from './check.ts';
import { copiesCheck, copiesCheckLater, type CopiesRechecked } from './copies-check.ts';
import { deployedChecks, permissionCheck } from './deployed-checks.ts';
import { documentChecks, driftCheck } from './document-checks.ts';
import { lifecycleCheck } from './lifecycle-check.ts';
import { linkOf, longestLink } from './link-of.ts';
import { diskCheck } from './machine-checks.ts';
import { redirectCheck, type SampledLink } from './redirect-check.ts';
import { gateIds, type IgnorableGate } from './rule-book.ts';
import type { Wave } from './wave.ts';

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
  { catalog, org, storage }: ReadinessTools,
  config: MigrationConfig,
  { wave, ignore, bearer, seen }: ReadinessRequest,
  signal: AbortSignal,
): Promise<Gate[]> {
  const accounts = accountsOf(wave);
  const facts = await catalog.readyFacts(accounts);
  const gates: Gate[] = [await diskCheck(config, wave.documents), await otherRunCheck(catalog)];
  for await (const gate of documentChecks(catalog, config, { wave, facts })) gates.push(gate);
  gates.push(await driftCheck(org, config, catalog));
  const longest = await longestValues(catalog, config, { accounts, facts });
  gates.push(...deployedChecks(await org.facts(), longest, await catalog.jobWindows()));
  gates.push(await permissionCheck(org, config));
  gates.push(lifecycleCheck((await storage.surveyTarget(signal)).lifecycle, config.key.prefix));
  const organizationId = await org.organizationId();
  const sample = await sampleOf(catalog, accounts, config);
  gates.push(await redirectCheck(config, { organizationId, sample, bearer, signal }));
  gates.push(seen === undefined ? await copiesCheckLater(catalog, config, accounts) : copiesCheck(seen, config));
  return inOrder(gates).map((gate) => ignoring(gate, ignore));
}

/** The gates that the catalog and this machine answer: neither the org nor a store is asked. */
export async function knownReadiness(catalog: CatalogReader, config: MigrationConfig, wave: Wave): Promise<Gate[]> {
  const accounts = accountsOf(wave);
  const facts = await catalog.readyFacts(accounts);
  const gates: Gate[] = [
    await diskCheck(config, wave.documents),
    await otherRunCheck(catalog),
    await copiesCheckLater(catalog, config, accounts),
  ];
  for await (const gate of documentChecks(catalog, config, { wave, facts })) gates.push(gate);
  return inOrder(gates);
}

/**
 * Nothing may be written while a gate is neither passed nor ignored; one that nobody has looked at is neither.
 * @throws Failure `not-ready` that names every such gate and what fixes it
 */
export function requireReady(gates: readonly Gate[]): void {
  const left = gates.filter(({ status }) => status !== 'passed' && status !== 'ignored');
  if (left.length === 0) return;
  throw new Failure(
    `Not ready: ${left.map(({ id, found, expected }) => `${id} (${found}; must be: ${expected})`).join('; ')}.`,
    {
      code: 'not-ready',
      actions: left
        .filter(isOpen)
        .map(({ id, fix = '', ignorable }) => `${id}: ${fix}${ignorable ? ` (or --ignore-gate ${id})` : ''}`),
    },
  );
}

/** Whether a plan may be carried out, as far as it was looked at. */
export function isReady(gates: readonly Gate[]): boolean {
  return !gates.some(isOpen);
}

export function inOrder(gates: readonly Gate[]): Gate[] {
  return gates.toSorted((a, b) => gateIds.indexOf(a.id) - gateIds.indexOf(b.id));
}

/** Characters of the longest values that a wave needs. */
export async function longestValues(
  catalog: CatalogReader,
  config: MigrationConfig,
  { accounts, facts }: { readonly accounts: readonly (AccountId | null)[]; readonly facts: ReadyFacts },
): Promise<{ link: number; key: number; originalUrl: number }> {
  return {
    link: await longestLink(config, () => catalog.longestEncodedKey(accounts, 'ready')),
    key: facts.longestKey,
    originalUrl: facts.longestOriginalUrl,
  };
}

/** Links that a wave would write, as many as `switch.gates.redirectSample` says. */
export async function sampleOf(
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

function accountsOf({ accounts }: Wave): (AccountId | null)[] {
  return accounts.map(({ accountId }) => accountId);
}
