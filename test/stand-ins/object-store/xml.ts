import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { S3Error } from './s3-error.ts';

/** What an element holds: text, other elements by name, or several of the same name. Undefined is left out. */
export type XmlContent = string | number | boolean | XmlTree | XmlTree[] | string[] | undefined;
export type XmlTree = { readonly [name: string]: XmlContent };

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An XML document in S3's namespace. */
export function xmlDocument(root: string, tree: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${render(tree)}</${root}>`;
}

/** An error body; S3 gives these no namespace. */
export function xmlError(tree: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${render(tree)}</Error>`;
}

function render(tree: XmlTree): string {
  let text = '';
  for (const [name, content] of Object.entries(tree)) {
    if (content === undefined) continue;
    for (const one of Array.isArray(content) ? content : [content]) {
      text += `<${name}>${typeof one === 'object' ? render(one) : escapeXml(String(one))}</${name}>`;
    }
  }
  return text;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters become numeric references, as S3 writes them, although XML 1.0 parsers may refuse those. */
function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters occur in keys
  return text.replace(/[&<>"\u0000-\u001f]/gu, (char) => entities[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
});

/** The root element of a request's body; throws MalformedXML. */
export function parseXml(body: Buffer, root: string): Readonly<Record<string, unknown>> {
  let tree: unknown;
  try {
    const text = body.toString();
    // throws at what is not well-formed; the parser alone reads as far as it goes
    SyntaxValidator.validate(text);
    tree = parser.parse(text);
  } catch {
    tree = undefined;
  }
  const found = isRecord(tree) ? tree[root] : undefined;
  if (isRecord(found)) return found;
  // an empty element
  if (found === '') return {};
  throw malformedXml();
}

export const malformedXml = (): S3Error =>
  new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our schema.');

/** The child elements of that name, none, one or many. */
export function children(tree: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>>[] {
  return [tree[name]].flat().filter(isRecord);
}

/** The text of the child element of that name, or undefined. */
export function text(tree: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const found = tree[name];
  return typeof found === 'string' ? found : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
