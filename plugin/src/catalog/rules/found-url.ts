import type { DocumentId } from '@file-migration/config/contract';
import type { ParseOurLink } from '../our-links.ts';

/** What the URL field of a document holds. */
export type FoundUrl =
  | { readonly kind: 'empty' }
  /** Our link for this very document: it is switched. */
  | { readonly kind: 'own-link'; readonly url: string }
  /** Our link for another document: this one was cloned from it. `source` is undefined while that one is unknown. */
  | { readonly kind: 'clone'; readonly url: string; readonly of: DocumentId; readonly source: string | undefined }
  /** An address of the redirect service that opens nothing: never a source. */
  | { readonly kind: 'broken-link'; readonly url: string }
  | { readonly kind: 'source'; readonly url: string };

/** Tells what a URL is; `originalUrlOf` knows the sources of other documents. */
export function foundUrl(
  id: DocumentId,
  url: string,
  parseOurLink: ParseOurLink,
  originalUrlOf: (id: DocumentId) => string | undefined,
): FoundUrl {
  if (url.trim() === '') return { kind: 'empty' };
  const linked = parseOurLink(url);
  if (linked === undefined) return { kind: 'source', url };
  if (linked === 'broken') return { kind: 'broken-link', url };
  if (linked === id) return { kind: 'own-link', url };
  const source = originalUrlOf(linked);
  return { kind: 'clone', url, of: linked, source: source === '' ? undefined : source };
}
