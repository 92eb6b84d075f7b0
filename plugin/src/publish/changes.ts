import type { OrgRow, PublicationReader, Snapshot } from '../catalog/publication.ts';
import { keyPrefix } from '../catalog/published-keys.ts';
import { accountRow } from './rows/account-row.ts';
import { errorClassRows, errorDocumentRow } from './rows/error-row.ts';
import type { Row } from './rows/row.ts';

const pageRows = 500;

/** Which rows are sent: those that changed since they were published last, or all. */
export type RowSelection = 'changed' | 'all';

/** Accounts whose figures are not in the org, those with most documents first. Holds one page at a time. */
export async function* accountChanges(
  catalog: PublicationReader,
  uuid: string,
  which: RowSelection,
): AsyncGenerator<Row> {
  let last: Parameters<PublicationReader['accountsBySize']>[0]['after'];
  for (;;) {
    const page = await catalog.accountsBySize({ limit: pageRows, ...(last !== undefined && { after: last }) });
    yield* await changed(
      catalog,
      page.map((account) => accountRow(uuid, account)),
      which,
    );
    last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
  }
}

/**
 * The newest errors that documents have now, as far as they are not in the org.
 * @param request.current collects the keys of all that belong there
 */
export async function* documentErrorChanges(
  catalog: PublicationReader,
  uuid: string,
  { newest, which, current }: { readonly newest: number; readonly which: RowSelection; readonly current: Set<string> },
): AsyncGenerator<Row> {
  for (let offset = 0; offset < newest; offset += pageRows) {
    const page = await catalog.openErrors({ offset, limit: Math.min(pageRows, newest - offset) });
    // an error that was met between two pages pushes the last one of the first page into the second
    const rows = page.map((error) => errorDocumentRow(uuid, error)).filter(({ key }) => !current.has(key));
    for (const { key } of rows) current.add(key);
    yield* await changed(catalog, rows, which);
    if (page.length < pageRows) return;
  }
}

export async function errorClassChanges(
  catalog: PublicationReader,
  uuid: string,
  { errorClasses }: Pick<Snapshot, 'errorClasses'>,
  which: RowSelection,
): Promise<readonly Row[]> {
  return await changed(catalog, errorClassRows(uuid, errorClasses), which);
}

/** Error rows of the org that are not `current` any more: their documents are resolved, or newer ones took their place. */
export async function* outdatedErrors(
  catalog: PublicationReader,
  current: ReadonlySet<string>,
): AsyncGenerator<OrgRow> {
  let after: string | undefined;
  for (;;) {
    const page = await catalog.publishedRows({
      prefix: keyPrefix.error,
      limit: pageRows,
      ...(after !== undefined && { after }),
    });
    yield* page.filter(({ key }) => !current.has(key));
    after = page.at(-1)?.key;
    if (page.length < pageRows) return;
  }
}

async function changed(catalog: PublicationReader, rows: readonly Row[], which: RowSelection): Promise<readonly Row[]> {
  if (which === 'all' || rows.length === 0) return rows;
  const keys = new Set(await catalog.unpublished(rows.map(({ key, hash }) => ({ key, hash }))));
  return rows.filter(({ key }) => keys.has(key));
}
