/** What a formula sees of a save. Blank text is ''. */
export type FormulaScope = {
  readonly isNew: boolean;
  readonly hasPermission: (customPermission: string) => boolean;
  /** The value of a field as it is about to be stored. */
  readonly value: (field: string) => string;
  /** The value of a field before this save. */
  readonly priorValue: (field: string) => string;
};

type Value = string | number | boolean;
type Term = (scope: FormulaScope) => Value;

/**
 * A validation rule's formula as a function: the operators and functions that the rules of force-app use, with the
 * meaning that Salesforce documents. CONTAINS and BEGINS are TRUE for a blank text (help 000385300, "The CONTAINS
 * function considers BLANK value as true"); FIND is 0 for it; comparisons are case-sensitive.
 * @throws SyntaxError for anything else, with its place: a formula that is not understood is never guessed
 */
export function compileFormula(formula: string): (scope: FormulaScope) => boolean {
  const parser = new Parser(formula);
  const term = parser.whole();
  return (scope) => truth(term(scope));
}

const TOKEN = /\s+|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|\d+|\$Permission\.\w+|\w+|<>|!=|<=|>=|&&|\|\||[()=<>&,!]/y;

class Parser {
  readonly #tokens: { readonly text: string; readonly at: number }[] = [];
  #next = 0;

  constructor(formula: string) {
    const token = new RegExp(TOKEN);
    for (let at = 0; at < formula.length; at = token.lastIndex) {
      token.lastIndex = at;
      const text = token.exec(formula)?.[0];
      if (text === undefined) throw new SyntaxError(`Formula, character ${at + 1}: "${formula.slice(at, at + 12)}"`);
      if (!/^(?:\s|\/\*)/.test(text)) this.#tokens.push({ text, at });
    }
  }

  whole(): Term {
    const term = this.#comparison();
    if (this.#peek() !== undefined) this.#fail('nothing more');
    return term;
  }

  #comparison(): Term {
    const left = this.#concatenation();
    const operator = this.#peek();
    const compare = COMPARISONS[operator ?? ''];
    if (compare === undefined) return left;
    this.#next += 1;
    const right = this.#concatenation();
    return (scope) => compare(left(scope), right(scope));
  }

  #concatenation(): Term {
    const parts = [this.#primary()];
    while (this.#peek() === '&') {
      this.#next += 1;
      parts.push(this.#primary());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : (scope) => parts.map((part) => String(part(scope))).join('');
  }

  #primary(): Term {
    const text = this.#take('a value');
    if (text === '(') {
      const inner = this.#comparison();
      this.#expect(')');
      return inner;
    }
    if (text.startsWith('"')) {
      const literal = text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
      return () => literal;
    }
    if (/^\d/.test(text)) return () => Number(text);
    const permission = /^\$Permission\.(\w+)$/.exec(text)?.[1];
    if (permission !== undefined) return (scope) => scope.hasPermission(permission);
    if (!/^\w/.test(text)) this.#fail('a value', -1);
    return this.#peek() === '(' ? this.#call(text.toUpperCase()) : (scope) => scope.value(text);
  }

  #call(name: string): Term {
    const at = this.#next - 1;
    this.#expect('(');
    // these two look at a field, not at its value
    if (name === 'PRIORVALUE' || name === 'ISCHANGED') {
      const field = this.#take('a field');
      this.#expect(')');
      return name === 'PRIORVALUE'
        ? (scope) => scope.priorValue(field)
        : (scope) => scope.priorValue(field) !== scope.value(field);
    }
    if (name === 'ISNEW') {
      this.#expect(')');
      return (scope) => scope.isNew;
    }
    const terms: Term[] = [];
    while (this.#peek() !== ')') {
      if (terms.length > 0) this.#expect(',');
      terms.push(this.#comparison());
    }
    this.#expect(')');
    return functionOf(name, terms) ?? this.#fail(`no function that is known here (${name})`, at - this.#next);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #take(what: string): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) return this.#fail(what);
    this.#next += 1;
    return token.text;
  }

  #expect(text: string): void {
    if (this.#take(`"${text}"`) !== text) this.#fail(`"${text}"`, -1);
  }

  #fail(wanted: string, offset = 0): never {
    const token = this.#tokens[this.#next + offset];
    throw new SyntaxError(
      `Formula, ${token ? `character ${token.at + 1}: found "${token.text}"` : 'end'}, wanted ${wanted}`,
    );
  }
}

const COMPARISONS: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => Number(left) < Number(right),
  '>': (left, right) => Number(left) > Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
};

function functionOf(name: string, terms: readonly Term[]): Term | undefined {
  const [first = blank, second = blank, third = blank] = terms;
  const text = (term: Term, scope: FormulaScope): string => String(term(scope));
  switch (name) {
    case 'AND':
      return (scope) => terms.every((term) => truth(term(scope)));
    case 'OR':
      return (scope) => terms.some((term) => truth(term(scope)));
    case 'NOT':
      return (scope) => !truth(first(scope));
    case 'IF':
      return (scope) => (truth(first(scope)) ? second(scope) : third(scope));
    case 'ISBLANK':
      return (scope) => text(first, scope) === '';
    case 'LEFT':
      return (scope) => text(first, scope).slice(0, Number(second(scope)));
    case 'RIGHT':
      return (scope) => text(first, scope).slice(-Number(second(scope)));
    case 'CASESAFEID':
      return first;
    case 'CONTAINS':
      return (scope) => text(first, scope) === '' || text(first, scope).includes(text(second, scope));
    case 'BEGINS':
      return (scope) => text(first, scope) === '' || text(first, scope).startsWith(text(second, scope));
    case 'FIND':
      return (scope) => {
        const from = terms.length > 2 ? Number(third(scope)) - 1 : 0;
        return text(second, scope).indexOf(text(first, scope), from) + 1;
      };
    default:
      return undefined;
  }
}

function blank(): Value {
  return '';
}

function truth(value: Value): boolean {
  return value === true;
}
