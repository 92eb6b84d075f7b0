import type { Catalog } from '../catalog/port.ts';
import type { Failure } from '../model/failure.ts';
import { publishedObjects, rowsPerUpsert, type PublishedObject, type Publications } from '../org/publications-port.ts';

/** Rows of this catalog that were deleted from the org, by what they were. */
export type CleanedUp = {
  readonly runs: number;
  readonly accounts: number;
  readonly errors: number;
  /** Rows that the org would not delete, and the first reason. */
  readonly refused: number;
  readonly firstRefusal?: string;
  readonly calls: number;
};

/**
 * Deletes everything that this catalog published into the org, whatever the catalog remembers of it: found by the
 * catalog's id. Errors go before the runs that they refer to.
 * @param options.dryRun counts, and deletes nothing
 */
export async function cleanUp(
  { catalog, publications }: { readonly catalog: Catalog; readonly publications: Publications },
  { dryRun }: { readonly dryRun: boolean },
): Promise<CleanedUp> {
  const { uuid } = catalog.identity;
  const refusals: Failure[] = [];
  const clear = async (object: PublishedObject): Promise<number> => {
    let cleared = 0;
    for await (const ids of pagesOf(publications, object, uuid)) {
      if (dryRun) {
        cleared += ids.length;
        continue;
      }
      for (let start = 0; start < ids.length; start += rowsPerUpsert) {
        for (const result of await publications.remove(ids.slice(start, start + rowsPerUpsert))) {
          if (result.saved) cleared += 1;
          else refusals.push(result.failure);
        }
      }
    }
    return cleared;
  };
  const errors = await clear(publishedObjects.error);
  const accounts = await clear(publishedObjects.account);
  const runs = await clear(publishedObjects.run);
  if (!dryRun) await catalog.forgetAllPublished();
  const [first] = refusals;
  return {
    runs,
    accounts,
    errors,
    refused: refusals.length,
    ...(first !== undefined && { firstRefusal: first.message }),
    calls: publications.requests(),
  };
}

async function* pagesOf(publications: Publications, object: PublishedObject, uuid: string): AsyncGenerator<string[]> {
  let after = '';
  for (;;) {
    const ids = await publications.idsOf(object, uuid, after);
    if (ids.length === 0) return;
    yield ids;
    after = ids.at(-1) ?? '';
  }
}
