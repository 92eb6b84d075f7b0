import type { MigrationConfig } from '@file-migration/config';
import { readinessStatus, type ReadinessStatus } from '../status/readiness-status.ts';
import type { AccountCounts, CatalogCounts, ErrorClassCount } from '../model/counts.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { Run } from '../model/run.ts';
import type { Breakdown } from '../catalog/statistics.ts';
import type { ReadyFacts } from '../catalog/journal.ts';

/** Everything that a report tells; the counts are those of every other screen. */
export type Report = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The org's name; undefined where nobody asked the org. */
  readonly organization: string | undefined;
  readonly place: { readonly organizationId: string; readonly object: string; readonly bucket: string } | undefined;
  readonly counts: CatalogCounts;
  readonly ready: ReadyFacts;
  /** The gates of the next wave that the catalog answers alone; undefined without a config. */
  readonly readiness: ReadinessStatus | undefined;
  readonly breakdown: Breakdown;
  /** The accounts with the most documents. */
  readonly accounts: readonly AccountCounts[];
  readonly errors: readonly ErrorClassCount[];
  /** The newest first. */
  readonly runs: readonly Run[];
};

const accountsPerPage = 1_000;
const shownAccounts = 20;
const shownRuns = 20;

export type ReportRequest = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** For the readiness of the next wave. */
  readonly config?: MigrationConfig;
  readonly organization?: string | undefined;
};

/** Reads what a report tells; memory does not grow with the number of documents. */
export async function readReport(catalog: CatalogReader, { at, config, organization }: ReportRequest): Promise<Report> {
  const { binding } = catalog.identity;
  return {
    at,
    organization,
    place: binding && { organizationId: binding.organizationId, object: binding.object, bucket: binding.bucket },
    counts: await catalog.counts(),
    ready: await catalog.readyFacts(undefined),
    readiness: config && (await readinessStatus(catalog, config, undefined, new AbortController().signal)),
    breakdown: await catalog.breakdown(),
    accounts: await largestAccounts(catalog),
    errors: await catalog.errorClasses(),
    runs: await catalog.runs(shownRuns),
  };
}

async function largestAccounts(catalog: CatalogReader): Promise<AccountCounts[]> {
  let largest: AccountCounts[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await catalog.accounts({ limit: accountsPerPage, ...(after !== undefined && { after }) });
    const last = page.at(-1);
    if (last === undefined) return largest;
    largest = [...largest, ...page].sort((a, b) => b.documents - a.documents).slice(0, shownAccounts);
    after = last.accountId ?? '';
  }
}
