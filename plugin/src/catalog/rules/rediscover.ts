import type { OrgDocument } from '../../model/document.ts';
import type { DiscoveryCounts } from '../discovery.ts';
import type { LinkState } from '../../model/document-state.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import type { FoundFile, FoundUrl } from './found-url.ts';
import { nothingCopied } from './next-revision.ts';
import { waiting } from './waiting.ts';

/** What one record of the document query makes of a document. */
export type Rediscovered = {
  readonly result: keyof DiscoveryCounts;
  /** Undefined: nothing to keep (a deleted record that was never known). */
  readonly document: StoredDocument | undefined;
};

/** Where a document's file comes from, or the rule by which there is none to copy. */
type Source = Pick<StoredDocument, 'originalUrl' | 'skipRule' | 'cloneOf'>;

/**
 * The rules of discovery (DESIGN, "Discover"): our own link means switched, original and copy are kept; our link for
 * another id means a clone, whose source is that document's original; another new URL is the next revision; a deleted
 * record keeps all that is known. Our links are never a source.
 *
 * A record that holds our link tells its file's own URL and key beside it. Where the catalog does not know that file (it
 * is new here, or was lost or put back), the record is believed: keys that were written once are never given again.
 */
export function rediscover(
  known: StoredDocument | undefined,
  found: OrgDocument,
  url: FoundUrl,
  file: FoundFile | undefined,
): Rediscovered {
  if (found.deleted) {
    const document = known && waiting({ ...known, record: 'deleted', systemModstamp: found.systemModstamp });
    return { result: 'deleted', document };
  }
  if (known === undefined) return { result: 'created', document: created(found, url, file) };

  const seen: StoredDocument = { ...known, ...recordFacts(found), record: 'present' };
  if (url.kind === 'broken-link') {
    const document = { ...seen, link: linkOf(url, known.originalUrl), divergingUrl: url.url };
    return { result: 'unchanged', document: waiting(document) };
  }
  const isLinked = url.kind === 'own-link';
  const source = sourceOf(url, file);
  if (isLinked ? !isNewTo(known, file) : isSame(known, source) && !isLaterCopy(known, source, file)) {
    const link = isLinked ? ownLink(known, found, file) : ('original' as const);
    return { result: 'unchanged', document: waiting({ ...seen, ...diverging(url, known.originalUrl), link }) };
  }
  const fills = known.key === undefined && (isLinked || (known.link !== 'ours' && known.link !== 'outdated'));
  const revision = revisionOf(source, fills ? known.revision : known.revision + 1, file);
  return {
    result: 'replaced',
    document: waiting({
      ...seen,
      ...nothingCopied,
      ...source,
      ...diverging(url, source.originalUrl),
      ...revision,
      link: !isLinked ? 'original' : revision.key === undefined ? 'outdated' : 'ours',
      copy: source.skipRule === undefined ? 'discovered' : 'skipped',
    }),
  };
}

/** A clone whose original has become known: it takes that one's source. */
export function withSource(clone: StoredDocument, originalUrl: string): StoredDocument {
  return waiting({ ...clone, originalUrl, skipRule: undefined, copy: 'discovered' });
}

function created(found: OrgDocument, url: FoundUrl, file: FoundFile | undefined): StoredDocument {
  const source = sourceOf(url, file);
  const revision = revisionOf(source, 1, file);
  return waiting({
    id: found.id,
    ...recordFacts(found),
    ...nothingCopied,
    ...source,
    ...diverging(url, source.originalUrl),
    ...revision,
    record: 'present',
    copy: source.skipRule === undefined ? 'discovered' : 'skipped',
    link:
      url.kind === 'own-link' && source.originalUrl !== '' && !revision.key
        ? 'outdated'
        : linkOf(url, source.originalUrl),
  });
}

function sourceOf(url: FoundUrl, file: FoundFile | undefined): Source {
  switch (url.kind) {
    case 'empty':
      return { originalUrl: '', skipRule: 'no-url', cloneOf: undefined };
    case 'source':
      return { originalUrl: url.url, skipRule: undefined, cloneOf: undefined };
    case 'clone':
      return url.source === undefined
        ? { originalUrl: '', skipRule: 'clone-of-unknown', cloneOf: url.of }
        : { originalUrl: url.source, skipRule: undefined, cloneOf: url.of };
    case 'own-link':
      return file?.originalUrl === undefined
        ? { originalUrl: '', skipRule: 'link-without-original', cloneOf: undefined }
        : { originalUrl: file.originalUrl, skipRule: undefined, cloneOf: undefined };
    case 'broken-link':
      return { originalUrl: '', skipRule: 'broken-link', cloneOf: undefined };
  }
}

/** Whether a linked record names another file than the catalog knows of it. */
function isNewTo(known: StoredDocument, file: FoundFile | undefined): boolean {
  if (file?.originalUrl === undefined) return false;
  return file.originalUrl !== known.originalUrl || isLater(known, file);
}

/** The record was switched to a later copy of the same URL than the catalog knows, and rolled back since. */
function isLaterCopy(known: StoredDocument, { originalUrl }: Source, file: FoundFile | undefined): boolean {
  return originalUrl !== '' && file?.originalUrl === originalUrl && isLater(known, file);
}

function isLater(known: StoredDocument, { key, revision }: FoundFile): boolean {
  return key !== known.key && revision > known.revision;
}

/**
 * The revision of a file that the catalog does not know, with the key that the record already has for it.
 * @param least the revision that the catalog would give it
 */
function revisionOf(
  { originalUrl, skipRule }: Source,
  least: number,
  file: FoundFile | undefined,
): Pick<StoredDocument, 'revision' | 'key'> {
  if (file === undefined) return { revision: least, key: undefined };
  const isLinked = skipRule === undefined || skipRule === 'link-without-original';
  const isThis = isLinked && originalUrl === (file.originalUrl ?? '') && file.revision >= least;
  return isThis
    ? { revision: file.revision, key: file.key }
    : { revision: Math.max(least, file.revision + 1), key: undefined };
}

/** Our link opens what the key beside it names; where the catalog has another one, that is a former file. */
function ownLink(known: StoredDocument, { written }: OrgDocument, file: FoundFile | undefined): LinkState {
  if (known.key === undefined || file?.key === known.key) return 'ours';
  // links that another program wrote have no key beside them
  if (written === undefined || known.adopted) return known.link === 'outdated' ? 'outdated' : 'ours';
  return 'outdated';
}

/** A clone keeps the source that it once got, whatever becomes of the document that it was cloned from. */
function isSame(known: StoredDocument, source: Source): boolean {
  if (source.cloneOf !== undefined && source.cloneOf === known.cloneOf) {
    return known.originalUrl !== '' || source.originalUrl === '';
  }
  if (source.originalUrl !== '') return known.originalUrl === source.originalUrl;
  return known.originalUrl === '' && known.skipRule === source.skipRule;
}

/** A broken link of ours stands against what was backed up, where something was. */
function linkOf(url: FoundUrl, originalUrl: string): LinkState {
  if (url.kind === 'own-link') return 'ours';
  return url.kind === 'broken-link' && originalUrl !== '' ? 'conflict' : 'original';
}

function diverging(url: FoundUrl, originalUrl: string): Pick<StoredDocument, 'divergingUrl'> {
  return { divergingUrl: url.kind === 'empty' || url.url === originalUrl ? undefined : url.url };
}

function recordFacts(found: OrgDocument) {
  return {
    name: found.name,
    accountId: found.accountId,
    accountName: found.accountName,
    externalId: found.externalId,
    lastModifiedAt: found.lastModifiedAt,
    systemModstamp: found.systemModstamp,
  };
}
