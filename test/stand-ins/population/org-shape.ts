import shape from './org-shape.json' with { type: 'json' };

/** Stands for the extensions that occur too rarely to be listed: dates, amounts, words after the extension. */
export const RARE = 'rare';

/** Documents for one account, folders for one document, and how skewed accounts are, as measured in one real org. */
export const MEASURED = {
  documentsPerAccount: shape.documents_per_account.mean,
  largestAccount: shape.documents_per_account.max,
  foldersPerDocument: shape.records.folders / shape.records.documents,
  /** Documents that the measured backup could not copy. */
  failureRate: shape.a_full_backup_by_the_predecessor.failed / shape.a_full_backup_by_the_predecessor.processed,
  meanBytes: shape.bytes.mean_bytes,
};

/** Each extension with its dot ('' for none, '.' for a trailing dot, {@link RARE}) and its share of all documents. */
export const EXTENSION_SHARES: readonly { readonly extension: string; readonly share: number }[] = [
  ...Object.entries(shape.extensions).map(([extension, count]) => ({
    extension: extension === 'no_extension' ? '' : extension,
    share: count / shape.records.documents,
  })),
  { extension: RARE, share: shape.extensions_other.count / shape.records.documents },
];

/** The extension at this point of the measured distribution, from 0 (the most frequent) to 1. */
export function extensionAt(point: number): string {
  let low = 0;
  let high = UPPER_ENDS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (point < (UPPER_ENDS[middle] ?? 1)) high = middle;
    else low = middle + 1;
  }
  return EXTENSION_SHARES[low]?.extension ?? '.pdf';
}

const UPPER_ENDS = EXTENSION_SHARES.reduce<number[]>((ends, { share }) => [...ends, (ends.at(-1) ?? 0) + share], []);
