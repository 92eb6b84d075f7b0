import type { OrgDocument } from '../../model/document.ts';
import type { DiscoveryCounts } from '../discovery.ts';
import type { LinkState } from '../../model/document-state.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import type { FoundUrl } from './found-url.ts';
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
 */
export function rediscover(known: StoredDocument | undefined, found: OrgDocument, url: FoundUrl): Rediscovered {
  if (found.deleted) {
    const document = known && waiting({ ...known, record: 'deleted', systemModstamp: found.systemModstamp });
    return { result: 'deleted', document };
  }
  if (known === undefined) return { result: 'created', document: created(found, url) };

  const seen: StoredDocument = { ...known, ...recordFacts(found), record: 'present' };
  if (url.kind === 'own-link' || url.kind === 'broken-link') {
    const document = { ...seen, link: linkOf(url, known.originalUrl, known.link), divergingUrl: url.url };
    return { result: 'unchanged', document: waiting(document) };
  }
  const source = sourceOf(url);
  if (isSame(known, source)) {
    const document = { ...seen, ...diverging(url, known.originalUrl), link: 'original' as const };
    return { result: 'unchanged', document: waiting(document) };
  }
  const next = {
    ...seen,
    ...nothingCopied,
    ...source,
    ...diverging(url, source.originalUrl),
    link: 'original' as const,
  };
  const fills = known.key === undefined && known.link !== 'ours' && known.link !== 'outdated';
  return {
    result: 'replaced',
    document: waiting({
      ...next,
      copy: source.skipRule === undefined ? 'discovered' : 'skipped',
      revision: fills ? known.revision : known.revision + 1,
    }),
  };
}

/** A clone whose original has become known: it takes that one's source. */
export function withSource(clone: StoredDocument, originalUrl: string): StoredDocument {
  return waiting({ ...clone, originalUrl, skipRule: undefined, copy: 'discovered' });
}

function created(found: OrgDocument, url: FoundUrl): StoredDocument {
  const source = sourceOf(url);
  return waiting({
    id: found.id,
    ...recordFacts(found),
    ...nothingCopied,
    ...source,
    ...diverging(url, source.originalUrl),
    revision: 1,
    record: 'present',
    copy: source.skipRule === undefined ? 'discovered' : 'skipped',
    link: linkOf(url, source.originalUrl),
  });
}

function sourceOf(url: FoundUrl): Source {
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
      return { originalUrl: '', skipRule: 'link-without-original', cloneOf: undefined };
    case 'broken-link':
      return { originalUrl: '', skipRule: 'broken-link', cloneOf: undefined };
  }
}

/** A clone keeps the source that it once got, whatever becomes of the document that it was cloned from. */
function isSame(known: StoredDocument, source: Source): boolean {
  if (source.cloneOf !== undefined && source.cloneOf === known.cloneOf) {
    return known.originalUrl !== '' || source.originalUrl === '';
  }
  if (source.originalUrl !== '') return known.originalUrl === source.originalUrl;
  return known.originalUrl === '' && known.skipRule === source.skipRule;
}

/**
 * A broken link of ours stands against what was backed up, where something was. That our link opens a former revision is
 * not to be seen in the URL; only reading a written key back ends it.
 */
function linkOf(url: FoundUrl, originalUrl: string, known?: LinkState): LinkState {
  if (url.kind === 'own-link') return known === 'outdated' ? 'outdated' : 'ours';
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
