import { linkBeginnings, type AccountId } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { Org, OrgCounts } from '../org/port.ts';
import { allAccounts } from './all-accounts.ts';
import { liveDifferences, type LiveDifference } from './live-differences.ts';
import type { AccountDifference, LiveFigure } from './live-figures.ts';

/** The org's own numbers beside the catalog's, and what explains each difference. */
export type LiveStatus = {
  /** When the org was asked, milliseconds since 1970. */
  readonly at: number;
  readonly counted: OrgCounts['counted'];
  readonly figures: readonly LiveFigure[];
  readonly accounts: {
    readonly differing: number;
    /** The largest differences first. */
    readonly listed: readonly AccountDifference[];
  };
  readonly differences: readonly LiveDifference[];
};

export type LiveRequest = {
  /** Base URLs of all our links, former ones too. */
  readonly linkBases: readonly string[];
  /** Accounts listed at most. */
  readonly limit: number;
  readonly onRead?: (documents: number) => void;
};

/** Asks the org for its numbers; nothing is written anywhere. Memory grows with the accounts, not with the documents. */
export async function liveStatus(
  catalog: CatalogReader,
  org: Org,
  { linkBases, limit, onRead }: LiveRequest,
): Promise<LiveStatus> {
  const ours = linkBases.flatMap(linkBeginnings);
  const at = Date.now();
  const watermark = (await catalog.watermark())?.at;
  const known = await catalog.urlTally(ours);
  const tally = await org.tallyDocuments({
    ours,
    originals: new Set(known.origins),
    ...(watermark !== undefined && { since: watermark }),
    ...(onRead !== undefined && { onRead }),
  });
  const { documents, states } = await catalog.counts();
  const figures: LiveFigure[] = [
    { name: 'documents', org: tally.documents, catalog: documents - states.deleted },
    { name: 'original URL', org: tally.urls.original, catalog: known.urls.original },
    { name: 'our link', org: tally.urls.ours, catalog: known.urls.ours },
    { name: 'other URL', org: tally.urls.other, catalog: known.urls.other },
    { name: 'no URL', org: tally.urls.empty, catalog: known.urls.empty },
    { name: 'key filled', ...(tally.withKey !== undefined && { org: tally.withKey }), catalog: known.withKey },
    { name: 'deleted', org: tally.inRecycleBin, catalog: states.deleted },
  ];
  const accounts = await differingAccounts(catalog, org);
  return {
    at,
    counted: tally.counted,
    figures,
    accounts: { differing: accounts.length, listed: accounts.slice(0, limit) },
    differences: liveDifferences(figures, accounts, {
      watermark,
      writtenSince: tally.writtenSince ?? 0,
      isRunning: (await catalog.holder()) !== undefined,
    }),
  };
}

async function differingAccounts(catalog: CatalogReader, org: Org): Promise<AccountDifference[]> {
  const inOrg = new Map<AccountId | undefined, { name: string | undefined; documents: number }>();
  for await (const { accountId, accountName, documents } of org.accountCounts()) {
    inOrg.set(accountId, { name: accountName, documents });
  }
  const differing: AccountDifference[] = [];
  for await (const { accountId, accountName, documents, states } of allAccounts(catalog)) {
    const found = inOrg.get(accountId);
    inOrg.delete(accountId);
    const here = documents - (states.deleted ?? 0);
    const there = found?.documents ?? 0;
    if (here !== there)
      differing.push({ accountId, accountName: accountName ?? found?.name, org: there, catalog: here });
  }
  for (const [accountId, { name, documents }] of inOrg) {
    differing.push({ accountId, accountName: name, org: documents, catalog: 0 });
  }
  return differing.sort((a, b) => Math.abs(b.org - b.catalog) - Math.abs(a.org - a.catalog));
}
