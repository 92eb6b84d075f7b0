import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Check } from '../check.ts';
import { filesOf, textOf, type Problem } from '@file-migration/stand-ins/sfdx-project/project';
import { parseXml, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
/** Salesforce publishes the Metadata API's types, made from its WSDL. */
const TYPES = fileURLToPath(import.meta.resolve('@salesforce/types/metadata')).replace(/(?:\.d\.ts|\.js)$/, '.d.ts');

/**
 * Every metadata file against the Metadata API's types: unknown elements, values outside an enumeration, wrong booleans
 * and numbers, missing and repeated elements.
 */
export const metadataSchema: Check = {
  name: 'metadata against the Metadata API types',
  run: (project) => {
    const schema = MetadataTypes.shared();
    return filesOf(project, (path) => path.endsWith('-meta.xml')).flatMap((file) => {
      try {
        return schema.problemsOf(parseXml(textOf(project, file))).map((message): Problem => ({ file, message }));
      } catch (error) {
        return [{ file, message: error instanceof Error ? error.message : String(error) }];
      }
    });
  },
};

class MetadataTypes {
  static #shared: MetadataTypes | undefined;
  readonly #checker: ts.TypeChecker;
  readonly #types: ReadonlyMap<string, ts.Symbol>;

  /** Reading the types takes seconds: once a process. */
  static shared(): MetadataTypes {
    return (MetadataTypes.#shared ??= new MetadataTypes());
  }

  private constructor() {
    const program = ts.createProgram([TYPES], { strict: true, types: [] });
    this.#checker = program.getTypeChecker();
    const file = program.getSourceFile(TYPES);
    const module = file && this.#checker.getSymbolAtLocation(file);
    const exported = module ? this.#checker.getExportsOfModule(module) : [];
    this.#types = new Map(exported.map((symbol) => [symbol.name, symbol]));
  }

  problemsOf(root: Element): string[] {
    const symbol = this.#types.get(root.name);
    if (symbol === undefined) return [`<${root.name}> is no metadata type`];
    const namespace = root.attributes.xmlns === NAMESPACE ? [] : [`the namespace must be ${NAMESPACE}`];
    // free-form configuration of targets, which the WSDL does not describe
    const children = root.children.filter(({ name }) => name !== 'targetConfigs');
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    return [...namespace, ...this.#check({ ...root, children }, type, root.name)];
  }

  #check(element: Element, type: ts.Type, where: string): string[] {
    if (type.flags & ts.TypeFlags.Any) return [];
    if (type.isUnion()) return this.#checkUnion(element, type, where);
    if (type.flags & ts.TypeFlags.NumberLike) {
      return element.text === '' || Number.isNaN(Number(element.text))
        ? [`${where}: '${element.text}' is no number`]
        : [];
    }
    if (type.flags & ts.TypeFlags.StringLike) return this.#checkText(element, type, where);
    // an intersection has no symbol, whatever the types say
    if ((type.symbol as ts.Symbol | undefined)?.name === 'Date') {
      return Number.isNaN(Date.parse(element.text)) ? [`${where}: '${element.text}' is no date`] : [];
    }
    return this.#checkStructure(element, type, where);
  }

  #checkUnion(element: Element, union: ts.UnionType, where: string): string[] {
    const parts = union.types.filter((part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    if (parts.every((part) => part.isStringLiteral())) {
      const values = parts.map(({ value }) => value);
      if (values.includes(element.text)) return [];
      return [`${where}: '${element.text}' is none of ${values.slice(0, 12).join(', ')}`];
    }
    if (parts.every((part) => part.flags & ts.TypeFlags.BooleanLiteral)) {
      return /^(?:true|false)$/.test(element.text) ? [] : [`${where}: '${element.text}' is no boolean`];
    }
    const [only] = parts;
    return only === undefined ? [] : this.#check(element, only, where);
  }

  #checkText(element: Element, type: ts.Type, where: string): string[] {
    const [child] = element.children;
    if (child !== undefined) return [`${where}: text is wanted, found <${child.name}>`];
    return type.isStringLiteral() && type.value !== element.text
      ? [`${where}: '${element.text}' is not '${type.value}'`]
      : [];
  }

  #checkStructure(element: Element, type: ts.Type, where: string): string[] {
    const found: string[] = [];
    const seen = new Set<string>();
    for (const child of element.children) {
      const property = this.#checker.getPropertyOfType(type, child.name);
      if (property === undefined) {
        found.push(`${where}: unknown element <${child.name}>`);
        continue;
      }
      const declared = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(property));
      const [item] = this.#checker.isArrayType(declared)
        ? this.#checker.getTypeArguments(declared as ts.TypeReference)
        : [];
      if (item === undefined && seen.has(child.name)) found.push(`${where}: <${child.name}> appears twice`);
      seen.add(child.name);
      found.push(...this.#check(child, item ?? declared, `${where}/${child.name}`));
    }
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const many = this.#checker.isArrayType(this.#checker.getTypeOfSymbol(property));
      if (!optional && !many && !seen.has(property.name)) found.push(`${where}: <${property.name}> is missing`);
    }
    return found;
  }
}
