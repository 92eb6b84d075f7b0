import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of a metadata file with its children in order; text and comments are no children. */
export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
};

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

/** @throws Error with the line when the text is not well formed */
export function parseXml(text: string): Element {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is a package of its own for the same code
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  const root = (parser.parse(text) as Node[]).find((node) => !nameOf(node).startsWith('?'));
  if (root === undefined) throw new Error('no element');
  return elementOf(root);
}

function elementOf(node: Node): Element {
  const name = nameOf(node);
  const inner = node[name] as Node[];
  return {
    name,
    attributes: (node[':@'] ?? {}) as Record<string, string>,
    children: inner.filter((child) => !nameOf(child).startsWith('#')).map(elementOf),
    text: inner.map((child) => ('#text' in child ? String(child['#text']) : '')).join(''),
  };
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

/** The text of the first child of this name. */
export function valueOf(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** The children of this name. */
export function each(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The texts of all descendants of this name. */
export function deepValues(element: Element, name: string): string[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child.text] : []),
    ...deepValues(child, name),
  ]);
}
