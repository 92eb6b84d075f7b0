import { keyOwner, objectKey, parseFileLink, pointsAtRedirect, type ObjectKey } from '@file-migration/config';
import type { Mode } from '../mode/mode-file.ts';
import type { DocumentRow } from './document-row.ts';
import { allowedUrl } from './other-url.ts';

/** Where a document that its user may see leads. */
export type Destination =
  | { readonly kind: 'storage'; readonly key: ObjectKey }
  | { readonly kind: 'elsewhere'; readonly url: string }
  | { readonly kind: 'nowhere'; readonly reason: 'no-url' | 'key-refused' | 'url-refused' };

/** What the service knows of addresses. */
export type DestinationRules = {
  /** Our own base URLs, present and former: they make a URL our link. */
  readonly linkBases: readonly string[];
  /** The folder in the bucket that all keys lie under, with its slash. */
  readonly keyPrefix: string;
  /** Other hosts that a record may point to. */
  readonly originalHosts: ReadonlySet<string>;
};

/**
 * Decides by what stands on the record, and by nothing else. Our link for this very record: the key decides, and the
 * key must lie in the record's own folder. Another address (not migrated, replaced by the vendor, rolled back): there.
 * Our link for another record, as a clone has it, leads nowhere. In mode `original` a switched record leads to where it
 * led before.
 */
export function destinationOf(row: DocumentRow, mode: Exclude<Mode, 'off'>, rules: DestinationRules): Destination {
  if (row.url === '') return { kind: 'nowhere', reason: 'no-url' };
  if (!pointsAtRedirect(rules.linkBases, row.url)) return elsewhere(row.url, rules);
  if (parseFileLink(rules.linkBases, row.url) !== row.id) return { kind: 'nowhere', reason: 'url-refused' };
  if (mode === 'original') return elsewhere(row.originalUrl, rules);
  return keyOwner(row.key, rules.keyPrefix) === row.id
    ? { kind: 'storage', key: objectKey(row.key) }
    : { kind: 'nowhere', reason: 'key-refused' };
}

function elsewhere(value: string, rules: DestinationRules): Destination {
  const url = allowedUrl(value, rules.originalHosts);
  // a chain of links must not end where it began
  return url === undefined || pointsAtRedirect(rules.linkBases, url)
    ? { kind: 'nowhere', reason: 'url-refused' }
    : { kind: 'elsewhere', url };
}
