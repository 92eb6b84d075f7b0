/**
 * Checks an address that stands on a record and is not our link: users can write there what they like. Only https, only
 * hosts that the configuration names, no port, no user, and nothing that parsers read in two ways. What people write
 * and a parser can encode without doubt is no reason to refuse: spaces, letters of the world, and http, which becomes
 * https.
 * @returns the address as the URL parser understands it, or undefined
 */
export function allowedUrl(value: string, hosts: ReadonlySet<string>): string | undefined {
  const text = value.trim();
  // control and invisible characters and backslashes are where URL parsers, and people, differ; a host in letters that
  // only look like its own is refused before a parser makes them alike
  if (!/^[Hh][Tt][Tt][Pp][Ss]?:\/\/[A-Za-z0-9.-]+(:\d+)?([/?#][^\\\p{C}\p{Zl}\p{Zp}]*)?$/u.test(text)) return undefined;
  const url = URL.parse(text.replace(/^http:/i, 'https:'));
  // a port that http had would be another one's under https; 443 is none to the parser
  return url?.protocol === 'https:' && url.port === '' && hosts.has(url.hostname) ? url.href : undefined;
}
