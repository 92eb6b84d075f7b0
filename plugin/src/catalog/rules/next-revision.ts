import type { StoredDocument } from '../tables/documents.ts';
import { waiting } from './waiting.ts';

/** What is known of the copy of a file that nobody has copied yet. */
export const nothingCopied = {
  key: undefined,
  sourceChanged: false,
  attempts: 0,
  nextAttempt: undefined,
  lastError: undefined,
  evidence: undefined,
  way: undefined,
  substitute: false,
  source: undefined,
  target: undefined,
  sha256: undefined,
  adopted: false,
  backedUpAt: undefined,
} as const satisfies Partial<StoredDocument>;

/** The vendor put another file under the same URL: that is the document's next revision, to be copied beside the first. */
export function nextRevision(document: StoredDocument): StoredDocument {
  return waiting({ ...document, ...nothingCopied, copy: 'discovered', revision: document.revision + 1 });
}
