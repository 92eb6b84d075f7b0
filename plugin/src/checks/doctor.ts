import { LONGEST_KEY, type MigrationConfig, type MissingVariable } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { QueueFacts } from '../fleet/engines/pg-boss/look.ts';
import type { OrgFacts } from '../org/org-facts.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { countersCheck, otherRunCheck } from './catalog-checks.ts';
import { isOpen, rule, type Check } from './check.ts';
import { copiesCheckLater } from './copies-check.ts';
import { deployedChecks, longestPossible, permissionCheck } from './deployed-checks.ts';
import { documentChecks, driftCheck } from './document-checks.ts';
import { longestLink } from './link-of.ts';
import { diskCheck, environmentCheck, proxyCheck } from './machine-checks.ts';
import { orgChecks } from './org-checks.ts';
import { longestValues, sampleOf } from './readiness.ts';
import { queueCheck } from './queue-check.ts';
import { redirectCheck, type SampledLink } from './redirect-check.ts';
import { ruleBook, type CheckArea, type CheckId } from './rule-book.ts';
import { sourceChecks } from './source-checks.ts';
import { targetChecks } from './target-checks.ts';
import { chooseWave } from './wave.ts';

export type Diagnosis = {
  /** Whether nothing that was found stands in the way of a backup, and of a switch after it. */
  readonly ready: { readonly backup: boolean; readonly switch: boolean };
  readonly checks: readonly Check[];
};

export type DoctorTools = {
  /** Or why there is none. */
  readonly org: Org | Failure;
  readonly storage: Storage;
  /** Undefined before the first backup; or why it cannot be read. */
  readonly catalog: CatalogReader | Failure | undefined;
  readonly config: MigrationConfig;
  /** Variables that migration.json names and the environment lacks. */
  readonly missing: readonly MissingVariable[];
  /** The org's token, for the redirect service. */
  readonly bearer: () => string;
  /** Looks at the queue of a fleet; undefined where migration.json has none. */
  readonly queue?: (() => Promise<QueueFacts>) | undefined;
};

/** Says that nothing of these areas can be asked any more, because of one check. */
type Stop = (cause: CheckId, ...areas: readonly CheckArea[]) => void;

/** Areas that the org alone can tell about. */
const beyondOrg = ['org', 'source', 'redirect', 'wave'] as const;

/**
 * Looks at everything a migration needs. One root cause is told once: what cannot be asked because of it is not checked,
 * and one area that cannot be reached does not hide the others.
 */
export async function* diagnose(tools: DoctorTools, signal: AbortSignal): AsyncGenerator<Check> {
  const causes = new Map<CheckArea, CheckId>();
  const stop: Stop = (cause, ...areas) => areas.forEach((area) => causes.set(area, causes.get(area) ?? cause));
  const { org, storage, catalog, config, missing } = tools;
  const lacks = (section: string): boolean => missing.some(({ path }) => path.startsWith(section));
  const told = new Set<CheckId>();
  async function* look(): AsyncGenerator<Check> {
    yield environmentCheck(missing);
    yield proxyCheck(process.env);
    yield await queueCheck(tools.queue);
    yield* untilFailure('catalog-readable', catalogArea(catalog, config), () =>
      stop('catalog-readable', 'catalog', 'wave'),
    );
    yield* untilFailure('org-reachable', orgArea(tools, stop, signal), () => stop('org-reachable', ...beyondOrg));
    if (lacks('target')) stop('environment', 'target');
    else yield* untilFailure('target-writable', targetArea(tools, signal), () => stop('target-writable', 'target'));
    if (lacks('source')) stop('environment', 'source');
    else if (!causes.has('source') && !(org instanceof Failure))
      yield* untilFailure('source-readable', sourceChecks({ org, storage }, config, signal), () => undefined);
  }
  for await (const check of look()) {
    told.add(check.id);
    yield check;
  }
  for (const id of Object.keys(ruleBook) as CheckId[]) {
    const cause = causes.get(ruleBook[id].area);
    if (cause !== undefined && !told.has(id)) yield rule(id).notChecked(`needs ${cause}`);
  }
}

export function diagnosis(checks: readonly Check[]): Diagnosis {
  const open = checks.filter(isOpen);
  return {
    ready: {
      backup: !open.some(({ blocks }) => blocks === 'backup'),
      switch: !open.some(({ blocks }) => blocks !== 'nothing'),
    },
    checks,
  };
}

/** An area's checks as far as it can be asked; then the failure that ended that. */
async function* untilFailure(root: CheckId, checks: AsyncIterable<Check>, stop: () => void): AsyncGenerator<Check> {
  try {
    yield* checks;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    stop();
    yield rule(root).failed(error.message, error.actions[0] ?? 'Fix this and run doctor again.');
  }
}

async function* catalogArea(
  catalog: DoctorTools['catalog'],
  { catalog: { file } }: MigrationConfig,
): AsyncGenerator<Check> {
  if (catalog instanceof Failure) throw catalog;
  const { passed } = rule('catalog-readable');
  if (catalog === undefined) {
    yield passed(`There is no catalog yet; the first backup makes ${file}.`);
    return;
  }
  yield await countersCheck(catalog);
  yield await otherRunCheck(catalog);
  yield passed(`${file} can be read.`);
}

async function* targetArea({ storage, config }: DoctorTools, signal: AbortSignal): AsyncGenerator<Check> {
  yield* targetChecks(await storage.surveyTarget(signal), config);
}

async function* orgArea(tools: DoctorTools, stop: Stop, signal: AbortSignal): AsyncGenerator<Check> {
  const { org, config } = tools;
  const catalog = tools.catalog instanceof Failure ? undefined : tools.catalog;
  let documents = (await catalog?.counts())?.documents;
  try {
    if (org instanceof Failure) throw org;
    const facts = await org.facts();
    for (const check of orgChecks(facts, config, catalog?.identity.binding)) {
      yield check;
      // what an org does not tell of itself or of the object, it does not tell of what stands on that either
      if (!isOpen(check)) continue;
      if (check.id === 'org-reachable' || check.id === 'org-object') {
        stop(check.id, ...beyondOrg);
        return;
      }
      if (check.id === 'org-urlField') stop(check.id, 'source', 'wave');
    }
    documents = await org.countDocuments();
    yield* switchChecks({ ...tools, org }, facts, stop, signal);
  } finally {
    yield await diskCheck(config, documents);
  }
}

/** What only a switch needs: the gates, about the wave that it would take on next. */
async function* switchChecks(
  { org, catalog: opened, config, bearer }: DoctorTools & { readonly org: Org },
  facts: OrgFacts,
  stop: Stop,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const catalog = opened instanceof Failure ? undefined : opened;
  const { waveDocuments: limit } = config.switch;
  const known = catalog === undefined ? [] : await catalog.waveAccounts();
  const wave = chooseWave(known, limit === null ? {} : { limit });
  const accounts = wave.accounts.map(({ accountId }) => accountId);
  const link = await longestLink(config, () => Promise.resolve(LONGEST_KEY));
  let longest = longestPossible(facts, link);
  let sample: readonly SampledLink[] = [];
  if (opened instanceof Failure) {
    // its own check has told it
  } else if (catalog === undefined || wave.documents === 0) {
    yield rule('documents').failed('no document is verified and not switched', 'sf migrate files backup');
    stop('documents', 'wave');
  } else {
    const ready = await catalog.readyFacts(accounts);
    longest = await longestValues(catalog, config, { accounts, facts: ready });
    sample = await sampleOf(catalog, accounts, config);
    yield* documentChecks(catalog, config, { wave, facts: ready });
    yield await copiesCheckLater(catalog, config, accounts);
    yield await driftCheck(org, config, catalog);
  }
  yield* deployedChecks(facts, longest, await catalog?.jobWindows());
  yield await permissionCheck(org, config);
  const organizationId = await org.organizationId();
  yield await redirectCheck(config, { organizationId, sample, bearer, signal });
}
