/** JSON has no comments: keys that begin with this are. */
export const COMMENT_MARK = '//';

/** A copy of a JSON value without its comment keys, at every depth. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !key.startsWith(COMMENT_MARK));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutComments(inner)]));
}
