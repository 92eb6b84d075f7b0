/**
 * Milliseconds from now that a Retry-After header asks to wait; undefined when there is none, or none that can be read.
 * @see RFC 9110, 10.2.3: seconds, or a date
 */
export function retryAfter(header: string | readonly string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
