import type { AccountCounts, CatalogCounts, ErrorClassCount } from '../model/counts.ts';
import type { CatalogIdentity, CatalogReader, LockHolder } from '../catalog/port.ts';
import type { DocumentError } from '../catalog/documents.ts';
import type { Run } from '../model/run.ts';
import type { PublishedSnapshot } from '../catalog/publication.ts';
import type { Drift } from '../catalog/statistics.ts';
import { allAccounts } from './all-accounts.ts';
import type { LiveStatus } from './live.ts';
import type { ReadinessStatus } from './readiness-status.ts';

/** Which parts of the catalog's own status are wanted; numbers are row limits. */
export type StatusRequest = {
  readonly overview: boolean;
  readonly runs: number | undefined;
  readonly accounts: number | undefined;
  readonly errors: boolean;
  readonly recentErrors: number | undefined;
  readonly drift: boolean;
};

/** How far the migration is. Every figure of the catalog comes from the counters that it keeps with the rows. */
export type Status = {
  readonly catalog: CatalogIdentity & { readonly file: string };
  /** Who works on it just now. */
  readonly holder?: LockHolder;
  readonly overview?: Overview;
  readonly runs?: readonly Run[];
  readonly accounts?: readonly AccountCounts[];
  readonly errors?: readonly ErrorClassCount[];
  readonly recentErrors?: readonly DocumentError[];
  readonly drift?: Drift;
  readonly readiness?: ReadinessStatus;
  /** The org's own numbers beside the catalog's. */
  readonly live?: LiveStatus;
};

export type Overview = {
  readonly counts: CatalogCounts;
  readonly lastRun?: Run;
  /** The moment up to which the org's changes are known, milliseconds since 1970. */
  readonly watermark?: number;
  /** What the panel in Salesforce shows, with its number; absent while nothing is published. */
  readonly published?: PublishedSnapshot & { readonly callsToday: number };
};

/** Reads what was asked for from the catalog, and nothing else. */
export async function readStatus(catalog: CatalogReader, file: string, request: StatusRequest): Promise<Status> {
  const holder = await catalog.holder();
  return {
    catalog: { ...catalog.identity, file },
    ...(holder !== undefined && { holder }),
    ...(request.overview && { overview: await overview(catalog) }),
    ...(request.runs !== undefined && { runs: await catalog.runs(request.runs) }),
    ...(request.accounts !== undefined && { accounts: await firstAccounts(catalog, request.accounts) }),
    ...(request.errors && { errors: await catalog.errorClasses() }),
    ...(request.recentErrors !== undefined && { recentErrors: await catalog.recentErrors(request.recentErrors) }),
    ...(request.drift && { drift: await catalog.drift() }),
  };
}

async function overview(catalog: CatalogReader): Promise<Overview> {
  const [lastRun] = await catalog.runs(1);
  const watermark = await catalog.watermark();
  const { snapshot, callsToday } = await catalog.publication();
  return {
    counts: await catalog.counts(),
    ...(lastRun !== undefined && { lastRun }),
    ...(watermark !== undefined && { watermark: watermark.at }),
    ...(snapshot !== undefined && { published: { ...snapshot, callsToday } }),
  };
}

async function firstAccounts(catalog: CatalogReader, limit: number): Promise<AccountCounts[]> {
  const accounts: AccountCounts[] = [];
  for await (const account of allAccounts(catalog)) {
    if (accounts.length >= limit) break;
    accounts.push(account);
  }
  return accounts;
}
