import { parseKey, type DocumentId, type ObjectKey } from '@file-migration/config/contract';
import type { OrgDocument } from '../../model/document.ts';
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

/** What a record's own fields tell of the file that was last linked on it, which a catalog may not know any more. */
export type FoundFile = {
  /** The key's revision of this document. */
  readonly revision: number;
  readonly key: ObjectKey;
  /** Where the file came from; undefined where the field holds nothing that can be a source. */
  readonly originalUrl: string | undefined;
};

/**
 * Reads our two fields; undefined where they name no file of this document: they are not there, empty, or a clone's.
 * @param prefix of the key layout
 */
export function foundFile(
  { id, written }: Pick<OrgDocument, 'id' | 'written'>,
  prefix: string,
  parseOurLink: ParseOurLink,
): FoundFile | undefined {
  if (written === undefined) return undefined;
  const { key, originalUrl: url } = written;
  const parsed = parseKey(key, prefix);
  if (parsed?.recordId !== id) return undefined;
  const isSource = url.trim() !== '' && parseOurLink(url) === undefined;
  return { revision: parsed.revision, key: key as ObjectKey, originalUrl: isSource ? url : undefined };
}
