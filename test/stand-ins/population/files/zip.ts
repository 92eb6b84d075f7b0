import { zipSync, type Zippable } from 'fflate';
import { binaryFiller } from './filler.ts';
import { paddedFormat, type FileFormat } from './format.ts';

/** Local time, which is what a ZIP holds: the same bytes in every time zone. */
const MODIFIED = new Date(2024, 0, 15, 10, 22, 30);

/**
 * A ZIP of these parts (`{token}` in a part stands for the token) and an entry of filler that brings it to its size.
 * Nothing is compressed, so that the size is known beforehand and writing is fast.
 */
function zipped(parts: Readonly<Record<string, string>>, paddingName: string): FileFormat {
  return paddedFormat((padding, token) => {
    const entries: Zippable = {};
    for (const [name, part] of Object.entries(parts)) entries[name] = Buffer.from(part.replace('{token}', token));
    entries[paddingName] = binaryFiller(padding, token);
    const bytes = zipSync(entries, { level: 0, mtime: MODIFIED });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

type MainPart = { readonly path: string; readonly contentType: string; readonly content: string };
type Related = MainPart & { readonly id: string; readonly kind: string };

/** The parts of an Office Open XML package (ECMA-376, part 2). */
function ooxml(main: MainPart, related: readonly Related[] = []): FileFormat {
  const overrides = [main, ...related].map(
    ({ path, contentType }) => `<Override PartName="/${path}" ContentType="${contentType}"/>`,
  );
  const folder = main.path.slice(0, main.path.indexOf('/') + 1);
  const links = related.map(
    ({ id, kind, path }) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${path.slice(folder.length)}"/>`,
  );
  const parts: Record<string, string> = {
    '[Content_Types].xml':
      `${XML}<Types xmlns="${PACKAGE}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      '<Default Extension="xml" ContentType="application/xml"/>' +
      `<Default Extension="bin" ContentType="application/octet-stream"/>${overrides.join('')}</Types>`,
    '_rels/.rels':
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
      `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="${main.path}"/></Relationships>`,
    [main.path]: main.content,
    [`${folder}_rels/${main.path.slice(folder.length)}.rels`]: `${XML}<Relationships xmlns="${PACKAGE}/relationships">${links.join('')}</Relationships>`,
  };
  for (const { path, content } of related) parts[path] = content;
  return zipped(parts, 'customXml/filler.bin');
}

const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const SHEET: Related = {
  id: 'rId1',
  kind: 'worksheet',
  path: 'xl/worksheets/sheet1.xml',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml',
  content:
    `${XML}<worksheet xmlns="${SPREADSHEET}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{token}</t></is></c>` +
    '<c r="B1"><v>1049.99</v></c></row></sheetData></worksheet>',
};

function workbook(contentType: string): FileFormat {
  const content =
    `${XML}<workbook xmlns="${SPREADSHEET}" xmlns:r="${OFFICE}">` +
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>';
  return ooxml({ path: 'xl/workbook.xml', contentType, content }, [SHEET]);
}

export const xlsx = workbook('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml');
export const xltx = workbook('application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml');
export const xlsm = workbook('application/vnd.ms-excel.sheet.macroEnabled.main+xml');

const WORDS = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
export const docx = ooxml({
  path: 'word/document.xml',
  contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  content: `${XML}<w:document xmlns:w="${WORDS}"><w:body><w:p><w:r><w:t>{token}</w:t></w:r></w:p></w:body></w:document>`,
});

const SLIDES = 'http://schemas.openxmlformats.org/presentationml/2006/main';
export const pptx = ooxml({
  path: 'ppt/presentation.xml',
  contentType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
  content:
    `${XML}<p:presentation xmlns:p="${SLIDES}"><p:sldSz cx="9144000" cy="6858000"/>` +
    '<p:notesSz cx="6858000" cy="9144000"/><!-- {token} --></p:presentation>',
});

/** OpenDocument packages begin with their type, stored, so that it can be read at a fixed place. */
function openDocument(kind: 'text' | 'spreadsheet', body: string): FileFormat {
  const type = `application/vnd.oasis.opendocument.${kind}`;
  const office = 'urn:oasis:names:tc:opendocument:xmlns';
  return zipped(
    {
      mimetype: type,
      'content.xml':
        `${XML}<office:document-content xmlns:office="${office}:office:1.0" xmlns:text="${office}:text:1.0" ` +
        `xmlns:table="${office}:table:1.0" office:version="1.2"><office:body>${body}</office:body>` +
        '</office:document-content>',
      'META-INF/manifest.xml':
        `${XML}<manifest:manifest xmlns:manifest="${office}:manifest:1.0" manifest:version="1.2">` +
        `<manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/>` +
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    },
    'Thumbnails/filler.bin',
  );
}

export const odt = openDocument('text', '<office:text><text:p>{token}</text:p></office:text>');
export const ods = openDocument(
  'spreadsheet',
  '<office:spreadsheet><table:table table:name="Sheet1"><table:table-row><table:table-cell><text:p>{token}</text:p>' +
    '</table:table-cell></table:table-row></table:table></office:spreadsheet>',
);

/** Apple's programs keep their archives inside a ZIP; the parts have their names here, not their content. */
function iwork(parts: readonly string[]): FileFormat {
  return zipped(Object.fromEntries(parts.map((part) => [part, '{token}'])), 'Data/filler.bin');
}

export const pages = iwork(['Index/Document.iwa', 'Metadata/DocumentIdentifier']);
export const numbers = iwork(['Index/Document.iwa', 'Index/Tables/DataList.iwa', 'Metadata/DocumentIdentifier']);

export const zip = zipped({ 'read me.txt': 'Documents {token}\n', 'año/résumé.txt': 'Résumé\n' }, 'data/filler.bin');
