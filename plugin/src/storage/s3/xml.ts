import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, htmlEntities: false });

/** The texts of a small XML answer by the names of their elements, at any depth; the first of a name counts. */
export function smallXml(xml: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  try {
    collect(parser.parse(xml), texts);
  } catch {
    // An answer that is no XML (a proxy's page) has no elements.
  }
  return texts;
}

function collect(node: unknown, texts: Map<string, string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') {
      if (!texts.has(name)) texts.set(name, value);
    } else {
      collect(value, texts);
    }
  }
}
