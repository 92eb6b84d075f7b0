import type { AccountCounts } from '../model/counts.ts';
import type { CatalogReader } from '../catalog/port.ts';

/** Rows that the catalog gives at once. */
const pageRows = 1_000;

/** Every account of the catalog by id, the documents without account first. */
export async function* allAccounts(catalog: CatalogReader): AsyncGenerator<AccountCounts> {
  let after: string | undefined;
  for (;;) {
    const page = await catalog.accounts({ limit: pageRows, ...(after !== undefined && { after }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.accountId ?? '';
  }
}
