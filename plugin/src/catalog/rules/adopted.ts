import type { ObjectKey } from '@file-migration/config/contract';
import type { AdoptedDocument } from '../adoption.ts';
import type { FoundDocument, StoredDocument } from '../tables/document-row.ts';
import { nothingCopied } from './next-revision.ts';
import { waiting } from './waiting.ts';

/** A document as another program's row tells it, before anything is said of its copy. */
export function unadopted(
  { id, accountId, accountName, name, originalUrl, lastModifiedAt }: AdoptedDocument,
  key: ObjectKey | undefined,
): StoredDocument {
  return waiting({
    ...nothingCopied,
    id,
    accountId,
    accountName,
    name,
    externalId: undefined,
    originalUrl,
    divergingUrl: undefined,
    revision: 1,
    key,
    record: 'present',
    copy: originalUrl === '' ? 'skipped' : 'discovered',
    link: 'original',
    skipRule: originalUrl === '' ? 'no-url' : undefined,
    cloneOf: undefined,
    lastModifiedAt,
    // older than any: the next discovery brings the real one
    systemModstamp: 0,
  });
}

/** The same with the copy that is really there. Only its size is known to be right: that is evidence E. */
export function adopted(document: StoredDocument, { copy, link }: AdoptedDocument): StoredDocument {
  const linked = link === undefined ? {} : ({ link: 'ours', divergingUrl: link } as const);
  if (copy === undefined) return waiting({ ...document, ...linked });
  return waiting({
    ...document,
    ...linked,
    copy: 'copied',
    evidence: 'E',
    key: copy.key,
    adopted: true,
    target: copy.target,
    sha256: copy.sha256,
    backedUpAt: copy.backedUpAt,
  });
}

/** A document that a backup has found and not copied yet, under the URL that the other program copied. */
export function isAdoptable(
  { claimed, document }: FoundDocument,
  given: Pick<AdoptedDocument, 'originalUrl'>,
): boolean {
  return (
    !claimed &&
    document.revision === 1 &&
    document.originalUrl === given.originalUrl &&
    (document.copy === 'discovered' || document.copy === 'failed')
  );
}
