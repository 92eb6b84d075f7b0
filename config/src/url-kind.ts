/** Where a document's URL points: at the vendor, at our redirect service or bucket, elsewhere, nowhere. */
export const URL_KINDS = ['original', 'ours', 'other', 'empty'] as const;
export type UrlKind = (typeof URL_KINDS)[number];

/** What tells the kinds apart, so that SOQL's `LIKE 'beginning%'` and this module say the same of every URL. */
export type UrlBeginnings = {
  /** Beginnings of our links, in lower case, each with its slash at the end. */
  readonly ours: readonly string[];
  /** Origins that files are copied from, as {@link urlOrigin} writes them. */
  readonly originals: ReadonlySet<string>;
};

export function urlKind(url: string, { ours, originals }: UrlBeginnings): UrlKind {
  if (url === '') return 'empty';
  if (ours.length > 0 && startsWithAny(url.toLowerCase(), ours)) return 'ours';
  return originals.has(urlOrigin(url)) ? 'original' : 'other';
}

/** Scheme and host in lower case with the slash behind them (`https://files.example.com/`); empty when there is none. */
export function urlOrigin(url: string): string {
  const scheme = url.indexOf('://');
  const slash = scheme < 0 ? -1 : url.indexOf('/', scheme + 3);
  return slash < 0 ? '' : url.slice(0, slash + 1).toLowerCase();
}

/** The beginnings of all links below a base URL; http and https of one host are the same service. */
export function linkBeginnings(baseUrl: string): string[] {
  const { host, pathname } = new URL(baseUrl);
  const below = `${host}${pathname.endsWith('/') ? pathname : `${pathname}/`}`.toLowerCase();
  return [`https://${below}`, `http://${below}`];
}

function startsWithAny(url: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => url.startsWith(beginning));
}
