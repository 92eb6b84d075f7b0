/**
 * Checks an address that stands on a record and is not our link: users can write there what they like. Only https, only
 * hosts that the configuration names, no port, no user, and nothing that parsers read in two ways.
 * @returns the address as the URL parser understands it, or undefined
 */
export function allowedUrl(value: string, hosts: ReadonlySet<string>): string | undefined {
  // control characters, spaces and backslashes are where URL parsers differ; the rest of a sound URL is ASCII anyway
  if (!/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(value)) return undefined;
  const url = URL.parse(value);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return undefined;
  return hosts.has(url.hostname) ? url.href : undefined;
}
