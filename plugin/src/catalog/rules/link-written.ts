import type { ConcludedUpdate } from '../journal.ts';
import type { ParseOurLink } from '../our-links.ts';
import type { StoredDocument } from '../tables/document-row.ts';

/**
 * What reading a record back makes of its document: our own link means switched, where it opens the present revision; the
 * original means not; anything else is a conflict, which the next backup resolves by taking the new value in.
 */
export function linkWritten(
  document: StoredDocument,
  { found }: ConcludedUpdate,
  parseOurLink: ParseOurLink,
): StoredDocument {
  if (found === undefined) return document;
  const { url, key } = found;
  const divergingUrl = url === '' || url === document.originalUrl ? undefined : url;
  return { ...document, divergingUrl, link: linkOf(document, url, key, parseOurLink) };
}

function linkOf(
  { id, originalUrl, cloneOf, link, key: presentKey, divergingUrl }: StoredDocument,
  url: string,
  key: string | null,
  parseOurLink: ParseOurLink,
): StoredDocument['link'] {
  if (url === originalUrl) return 'original';
  const linked = parseOurLink(url);
  const former = link === 'outdated' && key !== presentKey;
  if (linked === id) return former ? 'outdated' : 'ours';
  // a link that another program wrote has no form of ours
  if (former && url === divergingUrl) return 'outdated';
  // a clone holds the link of the document that it was cloned from until it is switched itself
  return linked !== undefined && linked === cloneOf ? 'original' : 'conflict';
}
