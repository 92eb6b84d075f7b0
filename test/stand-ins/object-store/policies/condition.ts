import type { conditionOperators, Statement } from './policy.ts';

/** Values of condition keys in a request, by lower-case name; a key that is not there has no value. */
export type RequestContext = ReadonlyMap<string, string>;

/** Whether all conditions of a statement hold ("IAM JSON policy elements: Condition operators"). */
export function conditionsHold({ Condition = {} }: Statement, context: RequestContext): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator as Operator, context.get(key.toLowerCase()), wanted)),
  );
}

type Operator = (typeof conditionOperators)[number];

function holds(operator: Operator, value: string | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'Null':
      return wanted.some((text) => (text === 'true') === (value === undefined));
    // negated operators hold for a key that is absent
    case 'StringNotEquals':
      return value === undefined || !wanted.includes(value);
    case 'StringEqualsIfExists':
      return value === undefined || wanted.includes(value);
    case 'StringEquals':
      return value !== undefined && wanted.includes(value);
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return value !== undefined && wanted.some((pattern) => matchesPattern(pattern, value));
    case 'Bool':
      return value !== undefined && wanted.some((text) => text.toLowerCase() === value.toLowerCase());
    case 'NumericGreaterThan':
      return value !== undefined && wanted.some((text) => Number(value) > Number(text));
    case 'NumericLessThan':
      return value !== undefined && wanted.some((text) => Number(value) < Number(text));
  }
}

const patterns = new Map<string, RegExp>();

/** `*` and `?` as IAM's resources, actions and Like operators have them. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!/[*?]/u.test(pattern)) return pattern === text;
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/gu, '\\$&')
      .replace(/\*/gu, '.*')
      .replace(/\?/gu, '.');
    patterns.set(pattern, (expression = new RegExp(`^${source}$`, 'su')));
  }
  return expression.test(text);
}
