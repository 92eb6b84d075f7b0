import { openCatalogReader } from '../catalog/catalog-reader.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';

/** A catalog that nobody has filled yet looks the same to a reader whether its file is there or not. */
const notYet: readonly FailureCode[] = ['catalog-missing', 'catalog-empty'];

/** Opens a catalog to read in it, while others may write; undefined when there is none yet. */
export async function openExistingCatalog(file: string): Promise<(CatalogReader & AsyncDisposable) | undefined> {
  try {
    const reader = await openCatalogReader(file);
    return Object.assign(reader, { [Symbol.asyncDispose]: () => reader.close() });
  } catch (error) {
    if (error instanceof Failure && notYet.includes(error.code)) return undefined;
    throw error;
  }
}
