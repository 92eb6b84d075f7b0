import { lineFiller, wordFiller } from './filler.ts';
import { paddedFormat, type FileFormat } from './format.ts';

/** A text with a filler in the middle; `{token}` stands for the token. */
function text(head: string, tail: string, filler = lineFiller): FileFormat {
  return paddedFormat((padding, token) =>
    Buffer.concat([Buffer.from(head.replace('{token}', token)), filler(padding, token), Buffer.from(tail)]),
  );
}

export const xml = text(
  '<?xml version="1.0" encoding="UTF-8"?>\n<Return xmlns="urn:example:return"><Id>{token}</Id><Notes>\n',
  '\n</Notes></Return>\n',
);
export const svg = text(
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><title>{token}</title><desc>\n',
  '\n</desc><circle cx="32" cy="32" r="30" fill="steelblue"/></svg>\n',
);
export const html = text(
  '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{token}</title></head><body><pre>\n',
  '\n</pre></body></html>\n',
);
export const csv = text(
  'Date,Description,Amount\r\n2024-01-15,{token},12.50\r\n2024-01-16,"',
  '",0.00\r\n',
  wordFiller,
);
export const plain = text('Document {token}\n', '\n');
export const ini = text('[Document]\r\nId={token}\r\nNotes=', '\r\n', wordFiller);
export const urlShortcut = text('[InternetShortcut]\r\nURL=https://example.com/{token}?', '\r\n', (length) =>
  Buffer.alloc(length, 'x'),
);
export const json = text('{"id":"{token}","notes":"', '"}\n', wordFiller);
export const javascript = text('/* {token}\n', '\n*/\nexport {};\n');
export const css = text('/* {token}\n', '\n*/\nbody { margin: 0; }\n');
export const rtf = text(
  '{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs24 Document {token}\\par ',
  '}\n',
  wordFiller,
);
export const webloc = text(
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>URL</key>' +
    '<string>https://example.com/{token}</string></dict><!--\n',
  '\n--></plist>\n',
);
export const eml = text(
  'From: sender@example.com\r\nTo: office@example.com\r\nSubject: Document {token}\r\n' +
    'Date: Mon, 15 Jan 2024 10:22:31 -0700\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n',
  '\r\n',
);
export const mhtml = text(
  'From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/{token}\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: multipart/related; type="text/html"; boundary="=_boundary"\r\n\r\n--=_boundary\r\n' +
    'Content-Type: text/html\r\n\r\n<html><body><pre>\r\n',
  '\r\n</pre></body></html>\r\n--=_boundary--\r\n',
);
