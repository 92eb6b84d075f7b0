import type { StoredDocument } from '../tables/document-row.ts';
import { waiting } from './waiting.ts';

/** What is known of the copy of a file that nobody has copied yet. */
export const nothingCopied = {
  key: undefined,
  sourceChanged: false,
  attempts: 0,
  nextAttempt: undefined,
  lastError: undefined,
  evidence: undefined,
  method: undefined,
  substitute: false,
  source: undefined,
  target: undefined,
  sha256: undefined,
  adopted: false,
  backedUpAt: undefined,
} as const satisfies Partial<StoredDocument>;

/**
 * The vendor put another file under the same URL: that is the document's next revision, to be copied beside the first. A
 * link of ours goes on opening the former one until the record has the key of this one.
 */
export function nextRevision(document: StoredDocument): StoredDocument {
  const link = document.link === 'ours' ? 'outdated' : document.link;
  return waiting({ ...document, ...nothingCopied, link, copy: 'discovered', revision: document.revision + 1 });
}
