import type { Row } from './port.ts';

/** A field's value as text; empty when it is null, absent, or a row of its own. */
export function textOf(value: Row[string] | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

/** The value at a path such as `Account__r.Name`; relationships are rows themselves. */
export function valueAt(row: Row, path: string): Row[string] | undefined {
  let value: Row[string] | undefined = row;
  for (const step of path.split('.')) {
    value = typeof value === 'object' && value !== null ? member(value, step) : undefined;
  }
  return value;
}

/** Salesforce takes names in any case, and answers with its own spelling. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function member(row: Row, name: string): Row[string] | undefined {
  return row[name] ?? row[Object.keys(row).find((key) => sameName(key, name)) ?? name];
}
