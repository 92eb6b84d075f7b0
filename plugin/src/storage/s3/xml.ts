/** The texts of a small XML answer by the names of their elements, at any depth; the first of a name counts. */
export type SmallXml = { get(name: string): string | undefined };

/**
 * Reads what S3 and its likes send (elements that hold either elements or text, no attributes but the root's, no CDATA, no
 * own entities), at a twentieth of a general parser's time; a server-side copy needs it for every file. An answer that is
 * no XML (a proxy's page) may give anything: nothing is concluded from elements that are not asked for by an S3 name.
 */
export function smallXml(xml: string): SmallXml {
  return { get: (name) => textOf(xml, `<${name}>`, `</${name}>`) };
}

function textOf(xml: string, opening: string, closing: string): string | undefined {
  let end = 0;
  for (let at = xml.indexOf(opening); at >= 0; at = xml.indexOf(opening, end)) {
    const start = at + opening.length;
    end = xml.indexOf('<', start);
    if (end < 0) return undefined;
    if (end === start || !xml.startsWith(closing, end)) continue;
    const text = xml.slice(start, end);
    return text.includes('&') ? text.replace(ENTITY, decoded) : text;
  }
  return undefined;
}

const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(whole: string, name?: string, decimal?: string, hexadecimal?: string): string {
  if (name !== undefined) return NAMED[name] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
