import { ApexParserBaseVisitor } from '@apexdevtools/apex-parser';
import type { FieldNameContext, QueryContext, SubQueryContext } from '@apexdevtools/apex-parser';
import { parseApex } from '@file-migration/stand-ins/sfdx-project/apex-source';
import type { Check } from '../check.ts';
import { takeInventory, type Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { filesOf, textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';
import { isStandardField } from './references/known-fields.ts';

/** Objects, fields and relationships in the SOQL of Apex, which apex-ls does not look into. */
export const soqlFields: Check = {
  name: 'SOQL fields in Apex',
  run: (project) => {
    const inventory = takeInventory(project);
    return filesOf(project, (path) => path.endsWith('.cls')).flatMap((file) => {
      const { unit, faults } = parseApex(textOf(project, file));
      const names = new QueriedNames(inventory);
      names.visit(unit);
      return [...faults, ...names.faults].map((fault): Problem => ({ file, ...fault }));
    });
  },
};

class QueriedNames extends ApexParserBaseVisitor<void> {
  readonly faults: { line: number; message: string }[] = [];
  readonly #inventory: Inventory;
  /** The objects of the queries around the present place, the innermost last; undefined for those not ours. */
  readonly #objects: (string | undefined)[] = [];

  constructor(inventory: Inventory) {
    super();
    this.#inventory = inventory;
  }

  visitQuery = (query: QueryContext): void => {
    const object = query.fromNameList().fieldName(0).getText();
    if (object.includes('__') && !this.#inventory.objects.has(object)) this.#fault(query, `no object ${object}`);
    this.#within(object, query);
  };

  visitSubQuery = (query: SubQueryContext): void => {
    const relationship = query.fromNameList().fieldName(0).getText().replace(/__r$/i, '').toLowerCase();
    const parent = this.#objects.at(-1);
    const child = [...this.#inventory.objects.values()].find(({ fields }) =>
      [...fields.values()].some(
        (field) => field.referenceTo === parent && field.childRelationship?.toLowerCase() === relationship,
      ),
    );
    if (child === undefined && parent?.includes('__') === true) {
      this.#fault(query, `no child relationship ${relationship}__r on ${parent}`);
    }
    this.#within(child?.name, query);
  };

  visitFromNameList = (): void => undefined;

  visitFieldName = (name: FieldNameContext): void => {
    const object = this.#objects.at(-1);
    if (object !== undefined) this.#checkPath(name, object, name.getText().split('.'));
  };

  #within(object: string | undefined, query: QueryContext | SubQueryContext): void {
    this.#objects.push(object);
    this.visitChildren(query);
    this.#objects.pop();
  }

  #checkPath(at: FieldNameContext, object: string, path: readonly string[]): void {
    const [first = '', ...rest] = path;
    const fields = this.#inventory.objects.get(object)?.fields;
    if (fields === undefined) return; // a standard object: nothing is known of it
    if (rest.length === 0) {
      if (!fields.has(first.toLowerCase()) && !isStandardField(first))
        this.#fault(at, `no field ${first} on ${object}`);
      return;
    }
    if (first.toLowerCase() === object.toLowerCase()) {
      this.#checkPath(at, object, rest);
      return;
    }
    if (!first.toLowerCase().endsWith('__r')) return; // Owner.Name and the like
    const reference = fields.get(first.toLowerCase().replace(/__r$/, '__c'));
    if (reference?.referenceTo === undefined) {
      this.#fault(at, `no relationship ${first} on ${object}`);
      return;
    }
    this.#checkPath(at, reference.referenceTo, rest);
  }

  #fault(at: { start?: { line: number } | null }, message: string): void {
    this.faults.push({ line: at.start?.line ?? 0, message });
  }
}
