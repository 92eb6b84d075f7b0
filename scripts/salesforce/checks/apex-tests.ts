import { ApexParserBaseVisitor } from '@apexdevtools/apex-parser';
import type {
  CreatorContext,
  DeleteStatementContext,
  InsertStatementContext,
  QueryContext,
  UndeleteStatementContext,
  UpdateStatementContext,
  UpsertStatementContext,
} from '@apexdevtools/apex-parser';
import { parseApex } from '@file-migration/stand-ins/sfdx-project/apex-source';
import type { Check } from '../check.ts';
import { filesOf, textOf, type Problem, type Project } from '@file-migration/stand-ins/sfdx-project/project';

/**
 * What makes Apex tests fail in somebody else's org. From API version 67.0 on database operations run in user mode by
 * default, in tests too ("Apex Versioned Behavior Changes"), and a deployment gives nobody, not even an administrator,
 * access to new fields: set-up says `as system` and `WITH SYSTEM_MODE`. Records of the customer's object are not
 * inserted: its required fields, rules and sharing are not ours. Names of standard profiles are in the org's language.
 */
export const apexTests: Check = {
  name: 'Apex tests in any org',
  run: (project) =>
    filesOf(project, (path) => path.endsWith('.cls')).flatMap((file) => {
      const text = textOf(project, file);
      if (!/@IsTest\b/i.test(text)) return [];
      const visitor = new TestFaults(text, customersObjects(project));
      visitor.visit(parseApex(text).unit);
      return visitor.faults.map((fault): Problem => ({ file, ...fault }));
    }),
};

type Statement =
  | DeleteStatementContext
  | InsertStatementContext
  | UndeleteStatementContext
  | UpdateStatementContext
  | UpsertStatementContext;
type Spot = {
  readonly start?: { readonly start: number; readonly line: number } | null | undefined;
  readonly stop?: { readonly stop: number } | null | undefined;
};

class TestFaults extends ApexParserBaseVisitor<void> {
  readonly faults: { line: number; message: string }[] = [];
  readonly #text: string;
  readonly #customers: ReadonlySet<string>;
  /** Objects by the lower-cased names of the variables that hold their records. */
  readonly #types = new Map<string, string>();

  constructor(text: string, customers: ReadonlySet<string>) {
    super();
    this.#text = text;
    this.#customers = customers;
    for (const [, object = '', variable = ''] of text.matchAll(/\b(\w+__c)>?\s+(\w+)\s*=/g)) {
      this.#types.set(variable.toLowerCase(), object);
    }
  }

  visitInsertStatement = (statement: InsertStatementContext): void => this.#statement(statement);
  visitUpdateStatement = (statement: UpdateStatementContext): void => this.#statement(statement);
  visitUpsertStatement = (statement: UpsertStatementContext): void => this.#statement(statement);
  visitDeleteStatement = (statement: DeleteStatementContext): void => this.#statement(statement);
  visitUndeleteStatement = (statement: UndeleteStatementContext): void => this.#statement(statement);

  visitQuery = (query: QueryContext): void => {
    const soql = this.#source(query);
    if (!/\bWITH\s+(?:SYSTEM_MODE|USER_MODE)\b/i.test(soql)) {
      this.#fault(query, 'a test queries in the running user’s mode: say WITH SYSTEM_MODE');
    }
    if (/\bFROM\s+Profile\b[\s\S]*\bName\b\s*=/i.test(soql)) {
      this.#fault(query, 'names of standard profiles are in the org’s language: choose by license and permissions');
    }
    this.visitChildren(query);
  };

  visitCreator = (creator: CreatorContext): void => {
    const [, object = ''] = /^(\w+)\(\w/.exec(this.#source(creator)) ?? [];
    if (this.#customers.has(object)) {
      this.#fault(
        creator,
        `a test sets fields of ${object}, of which some may be read-only: build the record from JSON`,
      );
    }
    this.visitChildren(creator);
  };

  #statement(statement: Statement): void {
    const source = this.#source(statement);
    if (!/^\w+\s+as\s+(?:system|user)\b/i.test(source)) {
      this.#fault(statement, 'a test writes in the running user’s mode: say as system');
    }
    const named = /^\w+(?:\s+as\s+\w+)?\s+(?:new\s+(?:List<)?)?(\w+)/i.exec(source)?.[1] ?? '';
    const object = this.#types.get(named.toLowerCase()) ?? named;
    if (this.#customers.has(object)) {
      this.#fault(statement, `a test writes ${object}, whose required fields, rules and sharing are the customer’s`);
    }
    this.visitChildren(statement);
  }

  #source({ start, stop }: Spot): string {
    return this.#text.slice(start?.start ?? 0, (stop?.stop ?? 0) + 1);
  }

  #fault({ start }: Spot, message: string): void {
    this.faults.push({ line: start?.line ?? 0, message });
  }
}

/** Objects that the org has already: the ones of the given folders. */
function customersObjects(project: Project): ReadonlySet<string> {
  const paths = filesOf(project, (path) => path.endsWith('.object-meta.xml'), project.given);
  return new Set(paths.map((path) => /\/objects\/([^/]+)\//.exec(path)?.[1] ?? ''));
}
