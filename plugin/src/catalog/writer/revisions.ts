import { renderKey } from '@file-migration/config/contract';
import type { FoundDocument, StoredDocument } from '../tables/document-row.ts';
import type { Change, WriterContext } from './transactions.ts';

/**
 * Puts another revision in the place of the one that a document had. What is known of that one and its object is kept;
 * whoever still copies it will find the outcome discarded.
 */
export function replaceRevision(
  { tables, layout, now }: WriterContext,
  change: Change,
  before: FoundDocument,
  next: StoredDocument,
): void {
  const { row, document: past } = before;
  if (past.key !== undefined) {
    tables.revisions.insert({ ...past, key: past.key }, now());
    if (past.copy === 'copied' || past.copy === 'verified') change.addPastRevision();
  }
  tables.claims.remove(row);
  if (past.lastError !== undefined) tables.errors.close(past.id);
  change.update(before, withKey(layout, next), false);
}

/** A key is rendered once for a revision that has a file to copy, and never again. */
export function withKey(layout: WriterContext['layout'], document: StoredDocument): StoredDocument {
  if (document.key !== undefined || document.originalUrl === '') return document;
  const { id: recordId, accountId, accountName, name: fileName, revision } = document;
  return { ...document, key: renderKey(layout, { recordId, accountId, accountName, fileName, revision }) };
}
