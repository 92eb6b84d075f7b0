/**
 * What is made when it is first asked for, and kept. ICU takes 13 ms until its first formatter is there: a command that has
 * nothing to show yet does not wait for it.
 */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
