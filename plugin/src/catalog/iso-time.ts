/** The predecessor's kind of time from milliseconds since 1970. Only UTC can stand in a generated column. */
export function isoTime(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;
}
