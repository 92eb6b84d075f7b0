import { request } from 'undici';

export type Page = {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
};

export type Visit = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a browser says of itself when a person opens an address in a tab. */
export const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' } as const;

/** As browsers do. */
const MOST_REDIRECTS = 20;

/** One person's browser: cookies by origin, and redirects followed one by one, each kept to be looked at. */
export class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  /** One request, as the given headers say; no redirect is followed. */
  async fetch(url: string, { method = 'GET', headers = {} }: Visit = {}): Promise<Page> {
    const { origin } = new URL(url);
    const jar = this.#jar(origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await request(url, { method, headers: { ...(cookie === '' ? {} : { cookie }), ...headers } });
    for (const line of [response.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/s.exec(line) ?? [];
      if (/max-age=0/i.test(rest) || value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const bytes = Buffer.from(await response.body.arrayBuffer());
    return { url, status: response.statusCode, headers: response.headers, body: bytes.toString(), bytes };
  }

  /** Opens an address in a tab and follows where it leads, until something is shown, or `stop` says so. */
  async open(url: string, stop: (next: string) => boolean = () => false): Promise<Page[]> {
    const pages: Page[] = [];
    let next: string | undefined = url;
    while (next !== undefined && pages.length < MOST_REDIRECTS && !(pages.length > 0 && stop(next))) {
      const page: Page = await this.fetch(next, { headers: NAVIGATION });
      pages.push(page);
      next = locationOf(page);
    }
    return pages;
  }

  /** The same cookies in another browser: stolen, or a test's way to try something twice. */
  copy(): Browser {
    const other = new Browser();
    for (const [origin, jar] of this.cookies) other.cookies.set(origin, new Map(jar));
    return other;
  }

  #jar(origin: string): Map<string, string> {
    const known = this.cookies.get(origin);
    if (known !== undefined) return known;
    const jar = new Map<string, string>();
    this.cookies.set(origin, jar);
    return jar;
  }
}

/** Where a page sends the browser, in full; undefined when it shows something. */
export function locationOf(page: Page | undefined): string | undefined {
  const location = page?.headers.location;
  return typeof location === 'string' ? new URL(location, page?.url).href : undefined;
}
