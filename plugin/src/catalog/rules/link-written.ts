import type { DocumentId } from '@file-migration/config';
import type { SettledUpdate } from '../journal-port.ts';
import type { ParseOurLink } from '../our-links.ts';
import type { StoredDocument } from '../tables/documents.ts';

/**
 * What reading a record back makes of its document: our own link means switched, the original means not; anything else
 * is a conflict, which the next backup settles by taking the new value in.
 */
export function linkWritten(
  document: StoredDocument,
  { found }: SettledUpdate,
  parseOurLink: ParseOurLink,
): StoredDocument {
  if (found === undefined) return document;
  const { url } = found;
  const divergingUrl = url === '' || url === document.originalUrl ? undefined : url;
  return { ...document, divergingUrl, link: linkOf(document.id, url, document, parseOurLink) };
}

function linkOf(
  id: DocumentId,
  url: string,
  { originalUrl, cloneOf }: StoredDocument,
  parseOurLink: ParseOurLink,
): StoredDocument['link'] {
  if (url === originalUrl) return 'original';
  const linked = parseOurLink(url);
  if (linked === id) return 'ours';
  // a clone holds the link of the document that it was cloned from until it is switched itself
  return linked !== undefined && linked === cloneOf ? 'original' : 'conflict';
}
