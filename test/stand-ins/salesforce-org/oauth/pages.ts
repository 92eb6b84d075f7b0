import type { Answer } from '../http/router.ts';
import type { Org } from '../org.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (char) => escapes[char] ?? char);

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>body{font:16px/1.5 system-ui;margin:4rem auto;max-width:30rem}</style><h1>${escaped(title)}</h1>${body}<p><small>Simulated org: no password, no real person.</small></p></html>`;
}

/** Choose who you are; afterwards the browser goes to `next`. */
export function loginPage(org: Org, next: URL): Answer {
  const items = org.users.map((user) => {
    const query = new URLSearchParams({ user: user.username, retURL: next.pathname + next.search });
    return `<li><a href="/stand-in/login?${escaped(query.toString())}">${escaped(user.name)}</a> (${escaped(user.profile)})</li>`;
  });
  return { status: 200, html: page('Log in to the simulated org', `<ul>${items.join('')}</ul>`) };
}

/** What cannot be sent back to the app. */
export function refusalPage(error: string, description: string): Answer {
  return {
    status: 400,
    html: page('Authorization refused', `<p>error=${escaped(error)}&amp;error_description=${escaped(description)}</p>`),
  };
}
