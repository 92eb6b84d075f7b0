const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** A text as a SOQL literal, quotes included. Reserved characters: the SOQL reference, "Quoted String Escape Sequences". */
export function soqlText(value: string): string {
  return `'${value.replaceAll(/[\\'\n\r\t\b\f]/g, (character) => ESCAPES[character] ?? character)}'`;
}

/** A moment as a SOQL literal, in UTC. */
export function soqlTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function soqlList(values: readonly string[]): string {
  return `(${values.map(soqlText).join(', ')})`;
}

/** Conditions that must all hold, as a WHERE clause with a space before it; empty without any. */
export function soqlWhere(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}
