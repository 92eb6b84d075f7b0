import type { StoredDocument } from '../tables/document-row.ts';

/** Keeps `nextAttempt` true: present documents that are still to be copied wait, no others do. */
export function waiting(document: StoredDocument): StoredDocument {
  const waits = document.record === 'present' && document.copy === 'discovered';
  return { ...document, nextAttempt: waits ? (document.nextAttempt ?? 0) : undefined };
}
