/** Where a text stops being JSON, and why, in words that show nothing of the text itself: it may hold a secret. */
export type JsonFlaw = { readonly line: number; readonly column: number; readonly reason: string };

/** Tokens of RFC 8259, sticky: one match at the reading position, or none. */
const TOKEN =
  /(?<space>[ \t\n\r]+)|(?<text>"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<value>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b)|(?<mark>[{}[\],:])/uy;

/** One object or array that is open, and what may come next in it. */
type Open = { readonly isObject: boolean; next: 'first' | 'key' | 'colon' | 'value' | 'more'; keys: Set<string> };

/**
 * Finds the first place where a text is not JSON, or where a key is repeated in one object (which `JSON.parse` takes
 * without a word, the last one winning). Node's own error often names no place and quotes the text.
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
  const open: Open[] = [];
  let ended = false;
  let at = 0;
  const flaw = (reason: string): JsonFlaw => ({ ...place(text, at), reason });

  while (at < text.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) return flaw(noToken(text, at));
    if (groups.space === undefined) {
      const top = open.at(-1);
      const problem = ended ? 'something follows after the end' : step(groups, top, open);
      if (problem !== undefined) return flaw(problem);
      ended = open.length === 0;
    }
    at = TOKEN.lastIndex;
  }
  if (text.trim() === '') return flaw('the file is empty');
  return open.length > 0
    ? flaw(`the file ends before the last ${open.at(-1)?.isObject === true ? '}' : ']'}`)
    : undefined;
}

/** Takes one token into account; answers what is wrong with it where it stands. */
function step(token: Record<string, string | undefined>, top: Open | undefined, open: Open[]): string | undefined {
  const { text, value, mark } = token;
  const expects = top?.next ?? 'value';
  if (mark === '}' || mark === ']') {
    if (top?.isObject !== (mark === '}')) return `no ${mark} can stand here`;
    if (expects !== 'first' && expects !== 'more') {
      return expects === 'key' || (expects === 'value' && !top.isObject)
        ? `a comma stands before ${mark}`
        : 'a value is missing';
    }
    open.pop();
    return undefined;
  }
  if (mark === ',' || mark === ':') {
    if (top === undefined || expects !== (mark === ',' ? 'more' : 'colon')) return `no ${mark} can stand here`;
    top.next = mark === ':' || !top.isObject ? 'value' : 'key';
    return undefined;
  }
  if (top?.isObject === true && (expects === 'first' || expects === 'key')) {
    if (text === undefined) return 'a key in double quotes is missing';
    const key = JSON.parse(text) as string;
    if (top.keys.has(key)) return 'this key stands in the object twice';
    top.keys.add(key);
    top.next = 'colon';
    return undefined;
  }
  if (expects === 'colon') return 'a colon is missing';
  if (expects === 'more') return 'a comma is missing before this';
  if (top !== undefined) top.next = 'more';
  if (text === undefined && value === undefined) {
    open.push({ isObject: mark === '{', next: 'first', keys: new Set() });
  }
  return undefined;
}

function noToken(text: string, at: number): string {
  switch (text.charAt(at)) {
    case '"':
      return 'a text is not closed on its line, or holds a backslash that means nothing';
    case "'":
      return 'keys and texts stand in double quotes';
    case '/':
    case '#':
      return 'JSON has no comments; write them as keys that begin with //';
    default:
      return 'here is neither a text in double quotes nor a number, true, false or null';
  }
}

/** Line and column, both from 1. */
function place(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
