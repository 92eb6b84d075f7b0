import { literalSecret } from './literal-secrets.ts';

export type Path = readonly PropertyKey[];

/** A path as JavaScript would write it: `source.hosts["files.example.com"].endpoint`; empty for the whole. */
export function jsonPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = literalSecret(String(part)) === undefined ? String(part) : '(hidden)';
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** The value at a path of a JSON value, or undefined. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    raw,
  );
}

/** All texts of a JSON value with their paths, keys' own texts not included. */
export function* textsOf(raw: unknown, path: Path = []): Generator<{ path: Path; text: string }> {
  if (typeof raw === 'string') yield { path, text: raw };
  if (typeof raw !== 'object' || raw === null) return;
  for (const [key, value] of Object.entries(raw)) {
    yield* textsOf(value, [...path, Array.isArray(raw) ? Number(key) : key]);
  }
}
