import type { MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import type { Storage } from '../storage/storage.ts';
import { checksOf, worst, type Check, type Verdict } from './check.ts';
import { catalogChecks, diskCheck } from './machine.ts';
import { orgChecks } from './org.ts';
import { sourceChecks, targetChecks } from './store.ts';

export type Diagnosis = {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
};

export type DoctorTools = {
  readonly org: Org;
  readonly storage: Storage;
  readonly catalog: CatalogReader | undefined;
  readonly config: MigrationConfig;
};

/** Documents looked at to find the hosts that files come from; one file of each host is tried. */
const sampledDocuments = 2_000;
const sampledHosts = 5;

/** Looks at everything a migration needs, area by area; one area that cannot be reached does not hide the others. */
export async function* diagnose(tools: DoctorTools, signal: AbortSignal): AsyncGenerator<Check> {
  const { org, storage, catalog, config } = tools;
  yield* await attempt('catalog', () => catalogChecks(catalog, config.catalog.file));
  let documents: number | undefined;
  yield* await attempt('org', async () => {
    const checks = orgChecks(await org.facts(), config, {
      binding: catalog?.identity.binding,
      windows: await catalog?.jobWindows(),
    });
    if (!checks.some(({ id, verdict }) => id === 'org-object' && verdict === 'fail'))
      documents = await org.countDocuments();
    return checks;
  });
  yield await diskCheck(config.catalog.file, documents);
  yield* await attempt('target', async () => targetChecks(await storage.surveyTarget(signal), config));
  yield* await attempt('source', () => sources(tools, signal));
}

export function diagnosis(checks: readonly Check[]): Diagnosis {
  return { verdict: worst(checks), checks };
}

/** Tries one file of each host that the newest documents point to. */
async function sources({ org, storage, config }: DoctorTools, signal: AbortSignal): Promise<Check[]> {
  const byHost = new Map<string, string>();
  let seen = 0;
  for await (const url of documentUrls(org, config)) {
    seen += 1;
    const host = hostOf(storage, url);
    if (host !== undefined && !byHost.has(host) && byHost.size < sampledHosts) byHost.set(host, url);
  }
  if (byHost.size === 0) {
    const { warn } = checksOf('source');
    return [
      warn(
        'source-readable',
        `None of the ${seen} newest documents has a URL that a file could be read from.`,
        'Check org.document.urlField and org.document.where in migration.json.',
      ),
    ];
  }
  const checks: Check[] = [];
  for (const url of byHost.values()) checks.push(...sourceChecks(await storage.surveySource(url, signal)));
  return checks;
}

async function* documentUrls(org: Org, { org: { document } }: MigrationConfig): AsyncGenerator<string> {
  const where = document.where === null ? '' : ` WHERE (${document.where})`;
  const soql = `SELECT ${document.urlField} FROM ${document.object}${where} ORDER BY LastModifiedDate DESC LIMIT ${sampledDocuments}`;
  for await (const row of org.query(soql)) {
    const url = row[document.urlField];
    if (typeof url === 'string' && url !== '') yield url;
  }
}

function hostOf(storage: Storage, url: string): string | undefined {
  try {
    return storage.locate(url).host;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function attempt(area: Check['area'], look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.actions[0] ?? 'Mend this and run doctor again.';
    return [checksOf(area).fail(`${area}-reachable`, error.message, fix)];
  }
}
