import type { ConditionWithValueQuery, HavingClause, WhereClause } from '@jetstreamapp/soql-parser-js';
import { ApiError } from '../http/api-error.ts';

export type Comparison = Exclude<ConditionWithValueQuery, { openParen: number; field?: never; fn?: never }>;
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'comparison'; readonly comparison: Comparison };

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | { readonly comparison: Comparison };

/** The tree of a WHERE or HAVING clause, which the parser gives as a list with counted parentheses. */
export function conditionTree(clause: WhereClause | HavingClause): Condition {
  const tokens = tokensOf(clause);
  let position = 0;
  const unary = (): Condition => {
    const token = tokens[position++];
    if (token === 'NOT') return { kind: 'not', part: unary() };
    if (token === '(') {
      const inner = sequence();
      if (tokens[position++] !== ')') throw malformed("expecting a right parentheses, found 'EOF'");
      return inner;
    }
    if (typeof token === 'object') return { kind: 'comparison', comparison: token.comparison };
    throw malformed(`unexpected token: ${token ?? '<EOF>'}`);
  };
  const sequence = (): Condition => {
    const parts = [unary()];
    let operator: 'AND' | 'OR' | undefined;
    for (;;) {
      const token = tokens[position];
      if (token !== 'AND' && token !== 'OR') break;
      // Salesforce wants parentheses where AND and OR meet
      if (operator !== undefined && operator !== token) throw malformed(`unexpected token: ${token}`);
      operator = token;
      position++;
      parts.push(unary());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: operator === 'OR' ? 'or' : 'and', parts };
  };
  const tree = sequence();
  if (position < tokens.length) throw malformed('unexpected token: )');
  return tree;
}

function tokensOf(clause: WhereClause | HavingClause): Token[] {
  const tokens: Token[] = [];
  for (let rest = clause; ;) {
    const left = rest.left;
    if (left) {
      tokens.push(...Array<Token>(left.openParen ?? 0).fill('('));
      if ('operator' in left) {
        tokens.push({ comparison: left });
        tokens.push(...Array<Token>(left.closeParen ?? 0).fill(')'));
      }
    }
    if (!('operator' in rest)) break;
    tokens.push(rest.operator);
    rest = rest.right;
  }
  return tokens;
}

export function malformed(message: string): ApiError {
  return new ApiError(400, 'MALFORMED_QUERY', message);
}
