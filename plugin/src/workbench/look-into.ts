import { existsSync } from 'node:fs';
import { openCatalogReader } from '../catalog/catalog-reader.ts';
import type { CatalogReader } from '../catalog/port.ts';

/** Opens a catalog to read in it, while others may write; undefined when there is none yet. */
export async function lookInto(file: string): Promise<(CatalogReader & AsyncDisposable) | undefined> {
  if (!existsSync(file)) return undefined;
  const reader = await openCatalogReader(file);
  return Object.assign(reader, { [Symbol.asyncDispose]: () => reader.close() });
}
