import { createHash } from 'node:crypto';
import type { PageName } from './refusals.ts';
import { pageTexts, type PageText } from './texts.ts';

export type PageExtras = {
  /** A path on this service that the page's link leads to. */
  readonly link?: string | undefined;
  /** A path on this service that the page's button posts to. */
  readonly action?: string | undefined;
  /** What a person can tell the help desk, so that the log line is found. */
  readonly reference?: string | undefined;
};

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: 100%; max-width: 34rem; padding: 2rem 1.5rem; overflow-wrap: anywhere; }
.who { margin: 0 0 1.5rem; font-weight: 600; opacity: 0.75; }
h1 { margin: 0 0 0.75rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 0.75rem; }
a { color: LinkText; }
button { padding: 0.5rem 1.25rem; font: inherit; }
.reference { margin-top: 2rem; font-size: 0.85rem; opacity: 0.75; }
`;

/** What the Content-Security-Policy must allow for the pages to look as they should; they run nothing. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The pages that people see, in their organization's name: no script, no image, no request to anywhere. */
export class Pages {
  readonly #organization: string;
  readonly #texts: Readonly<Record<PageName, PageText>>;

  constructor(options: { readonly organization: string; readonly contact: string }) {
    this.#organization = options.organization;
    this.#texts = pageTexts(options.contact);
  }

  /** The same page for the same name and extras, byte for byte. */
  html(name: PageName, { link, action, reference }: PageExtras = {}): string {
    const text = this.#texts[name];
    const anchor =
      link === undefined || text.link === undefined
        ? ''
        : `<p><a href="${escaped(link)}" target="_blank" rel="noopener">${escaped(text.link)}</a></p>\n`;
    const form =
      action === undefined || text.button === undefined
        ? ''
        : `<form method="post" action="${escaped(action)}"><button>${escaped(text.button)}</button></form>\n`;
    const note = reference === undefined ? '' : `<p class="reference">Reference: ${escaped(reference)}</p>\n`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(text.title)} – ${escaped(this.#organization)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="who">${escaped(this.#organization)}</p>
<h1>${escaped(text.title)}</h1>
<p>${escaped(text.what)}</p>
<p>${escaped(text.todo)}</p>
${anchor}${form}${note}</main>
</body>
</html>
`;
  }

  /** The same message for programs. */
  message(name: PageName): string {
    const { what, todo } = this.#texts[name];
    return `${what} ${todo}`;
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
