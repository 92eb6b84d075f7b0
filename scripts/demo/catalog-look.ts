import { join } from 'node:path';
import { openCatalogReader } from '../../plugin/src/catalog/catalog-reader.ts';
import type { AccountCounts } from '../../plugin/src/model/counts.ts';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import type { CatalogReader } from '../../plugin/src/catalog/port.ts';
import type { PastRevision } from '../../plugin/src/catalog/documents.ts';
import type { World } from './world.ts';

const pageSize = 500;

/** A look into the demo's catalog, as any other reader has it. */
export async function lookIntoCatalog<T>(
  { folder }: Pick<World, 'folder'>,
  look: (catalog: CatalogReader) => Promise<T>,
): Promise<T> {
  const catalog = await openCatalogReader(join(folder, 'migration_tracking.db'));
  try {
    return await look(catalog);
  } finally {
    await catalog.close();
  }
}

/** All documents in the order of their ids. */
export async function* documentsOf(catalog: CatalogReader): AsyncGenerator<CatalogDocument> {
  let after: CatalogDocument | undefined;
  for (;;) {
    const page = await catalog.documents({ limit: pageSize, ...(after !== undefined && { after: after.id }) });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

/** What documents had before their present file. */
export async function* revisionsOf(catalog: CatalogReader): AsyncGenerator<PastRevision> {
  let after: PastRevision | undefined;
  for (;;) {
    const page = await catalog.revisions({ limit: pageSize, ...(after !== undefined && { after }) });
    yield* page;
    after = page.at(-1);
    if (after === undefined) return;
  }
}

/** All accounts, those with the most documents first. */
export async function accountsOf(catalog: CatalogReader): Promise<AccountCounts[]> {
  const found: AccountCounts[] = [];
  for (let after: string | undefined; ;) {
    const page = await catalog.accounts({ limit: pageSize, ...(after !== undefined && { after }) });
    found.push(...page);
    after = page.at(-1)?.accountId;
    if (after === undefined) return found.sort((a, b) => b.documents - a.documents);
  }
}
