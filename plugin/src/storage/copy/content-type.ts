import { charset, lookup } from 'mime-types';

/** As many first bytes as the check of a content type needs. */
export const FIRST_BYTES = 4100;

const UNKNOWN = 'application/octet-stream';

export type CheckedType = {
  /** For the Content-Type header. */
  readonly contentType: string;
  /** A page of HTML under the name of something else: an error or sign-in page where a file was expected. */
  readonly suspect: boolean;
};

/**
 * The content type of a file from its name, checked against its first bytes; the bytes win where both are sure and
 * differ. The source's own Content-Type is not asked: it is often a default.
 */
export async function checkedContentType(fileName: string, firstBytes: Buffer): Promise<CheckedType> {
  const named = lookup(fileName);
  if (named !== false && startsAsNamed(named, firstBytes)) return { contentType: named, suspect: false };
  if (looksLikeHtml(firstBytes)) {
    const mayBeHtml = named === false || MAY_BE_HTML.test(named);
    return { contentType: withCharset(named === false ? 'text/html' : named), suspect: !mayBeHtml };
  }
  // Loaded at first use: most files never come here.
  const { fileTypeFromBuffer } = await import('file-type');
  const seen = (await fileTypeFromBuffer(firstBytes))?.mime;
  if (named === false) return { contentType: seen ?? UNKNOWN, suspect: false };
  const contentType = seen === undefined || sameFamily(named, seen) ? named : seen;
  return { contentType: withCharset(contentType), suspect: false };
}

/** Nine files of ten are one of these; for them the general check is not worth its 50 µs. */
const SIGNATURES: Readonly<Record<string, Buffer>> = {
  'application/pdf': Buffer.from('%PDF-'),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
};

function startsAsNamed(named: string, firstBytes: Buffer): boolean {
  const signature = SIGNATURES[named];
  return signature !== undefined && firstBytes.subarray(0, signature.length).equals(signature);
}

const MAY_BE_HTML = /^(?:text\/|application\/(?:xhtml\+xml|javascript|x-mimearchive|rtf)|message\/)|\+xml$|\/xml$/;

function looksLikeHtml(firstBytes: Buffer): boolean {
  const start = firstBytes
    .subarray(0, 512)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  return /^(?:<!--[\s\S]*?-->\s*)?<(?:!doctype\s+html|html|head|body|script|title)\b/i.test(start);
}

/** Office formats are ZIP or OLE inside, XML comes in many types: the name says more than the bytes then. */
function sameFamily(named: string, seen: string): boolean {
  if (named === seen) return true;
  return CONTAINERS.has(seen) || (seen.endsWith('/xml') && named.includes('xml')) || named.split('/')[0] === 'text';
}

const CONTAINERS: ReadonlySet<string> = new Set([
  'application/zip',
  'application/x-cfb',
  'application/xml',
  'application/gzip',
]);

function withCharset(contentType: string): string {
  // A charset is claimed for types that are always UTF-8; of a plain text we don't know it.
  return contentType === 'application/json' ? `${contentType}; charset=${String(charset(contentType))}` : contentType;
}
