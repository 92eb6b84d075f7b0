import { Browser, locationOf } from './browser.ts';

/** What became of one click. */
export type Click = {
  readonly username: string;
  readonly link: string;
  /** `opened`: a file came; `led-away`: to an address outside this machine, which nobody follows; `refused`: a page said no. */
  readonly outcome: 'opened' | 'led-away' | 'refused';
  /** Of the last answer. */
  readonly status: number;
  /** Of every answer on the way, the first one first. */
  readonly statuses: readonly number[];
  /** Whether the org was passed on the way, to sign the user in: they see nothing of it. */
  readonly signedIn: boolean;
  /** What the browser shows in the end, or where it was led: without the query, which holds the signature. */
  readonly address: string;
  readonly contentType: string;
  /** `inline` or `attachment`, with the file's name; empty when the last answer has none. */
  readonly contentDisposition: string;
  /** The file, or the page. */
  readonly bytes: Buffer;
  /** The first heading of a page that refuses. */
  readonly heading: string | undefined;
};

/** Somebody who works in the simulated org and clicks documents there, in a browser of their own. */
export class Person {
  readonly username: string;
  readonly #browser: Browser;
  readonly #orgUrl: string;

  private constructor(username: string, browser: Browser, orgUrl: string) {
    this.username = username;
    this.#browser = browser;
    this.#orgUrl = orgUrl;
  }

  /** A browser in which this user is signed in to the org, and not yet known to the redirect service. */
  static async at(org: { readonly url: string }, username: string): Promise<Person> {
    const browser = new Browser();
    const { status } = await browser.fetch(`${org.url}/stand-in/login?user=${encodeURIComponent(username)}`);
    if (status !== 302) throw new Error(`The simulated org has no user ${username}.`);
    return new Person(username, browser, org.url);
  }

  /** Clicks a document's link: the whole way over HTTP, through OAuth sign-in where the service asks for it. */
  async click(link: string): Promise<Click> {
    const pages = await this.#browser.open(link, (next) => !isHere(next));
    const last = pages.at(-1);
    if (last === undefined) throw new Error(`Nothing answered at ${link}.`);
    const away = locationOf(last);
    // the service and the org show pages; what comes from anywhere else is the file
    const isFile = last.status === 200 && ![link, this.#orgUrl].some((url) => isOf(url, last.url));
    const header = (name: string): string => [last.headers[name] ?? ''].flat().join(', ');
    return {
      username: this.username,
      link,
      outcome: away !== undefined ? 'led-away' : isFile ? 'opened' : 'refused',
      status: last.status,
      statuses: pages.map(({ status }) => status),
      signedIn: pages.some(({ url }) => new URL(url).pathname.endsWith('/services/oauth2/authorize')),
      address: withoutQuery(away ?? last.url),
      contentType: header('content-type'),
      contentDisposition: header('content-disposition'),
      bytes: last.bytes,
      heading: isFile ? undefined : /<h1>([^<]*)<\/h1>/.exec(last.body)?.[1],
    };
  }
}

/** The servers of the demo are all on loopback; the vendor's own addresses are not to be visited. */
function isHere(url: string): boolean {
  return new URL(url).hostname === '127.0.0.1';
}

function isOf(place: string, url: string): boolean {
  return new URL(place).origin === new URL(url).origin;
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + decodeURIComponent(pathname);
}
