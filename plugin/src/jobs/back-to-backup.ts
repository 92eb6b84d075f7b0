import type { DocumentId } from '@file-migration/config';
import type { UpdateTools } from './update-context.ts';
import type { RunId } from '../model/run.ts';

/**
 * Gives documents whose record is not as expected back to phase 1: the catalog takes in what the org holds now, so that
 * the next backup copies a new URL's file and nobody's value is lost.
 */
export async function backToBackup(
  { org, catalog, run }: Pick<UpdateTools, 'org' | 'catalog'> & { readonly run: RunId },
  ids: readonly DocumentId[],
): Promise<void> {
  if (ids.length === 0) return;
  for await (const documents of org.readDocuments(ids)) {
    await catalog.recordDiscovered({ run, documents, position: undefined });
  }
}
