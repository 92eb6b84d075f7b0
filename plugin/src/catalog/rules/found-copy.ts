import type { FoundCopy } from '../recovery.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import { nothingCopied } from './next-revision.ts';
import { waiting } from './waiting.ts';

/** What an object of the bucket, marked as a copy of this document, makes of it. */
export type CopyFound = {
  readonly kind: 'present' | 'past' | 'second-copy';
  /** The document afterwards. */
  readonly document: StoredDocument;
  /** What goes among the former revisions; undefined: nothing. */
  readonly former: StoredDocument | undefined;
};

/**
 * A copy of the present revision, or of a later one, is the document's copy from now on; one of an earlier revision is a
 * former file. Nothing is said of its source: that is evidence E, until `verify` compares the two.
 */
export function foundCopy(known: StoredDocument, { key, revision, target }: FoundCopy): CopyFound {
  const hasCopy = known.copy === 'copied' || known.copy === 'verified';
  const copied = {
    ...known,
    ...nothingCopied,
    key,
    revision,
    copy: 'copied',
    skipRule: undefined,
    evidence: 'E',
    target,
    backedUpAt: target.lastModifiedAt,
  } as const;
  if (revision < known.revision) {
    // which URL that file came from, only its own catalog knew
    return { kind: 'past', document: known, former: { ...copied, originalUrl: '' } };
  }
  if (revision === known.revision && hasCopy) return { kind: 'second-copy', document: known, former: undefined };
  const isFormer = revision > known.revision && hasCopy;
  // our link opens the key beside it: a later file than that one
  const link = isFormer && known.link === 'ours' ? 'outdated' : known.link;
  return { kind: 'present', document: waiting({ ...copied, link }), former: isFormer ? known : undefined };
}
