import { fileExtension, type ObjectKey } from '@file-migration/config';
import { create } from 'content-disposition';

/** How a browser is told to treat a file: both values become part of the signature. */
export type Presentation = { readonly contentType: string; readonly contentDisposition: string };

/** Shown in the browser: types that run no script, whatever the bytes are. Everything else is downloaded. */
const SHOWN: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['jfif', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['bmp', 'image/bmp'],
]);

/** Downloaded under their own type, so that the right program opens them. */
const DOWNLOADED: ReadonlyMap<string, string> = new Map([
  ['csv', 'text/csv'],
  ['txt', 'text/plain'],
  ['rtf', 'application/rtf'],
  ['zip', 'application/zip'],
  ['7z', 'application/x-7z-compressed'],
  ['doc', 'application/msword'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['xlsm', 'application/vnd.ms-excel.sheet.macroEnabled.12'],
  ['ppt', 'application/vnd.ms-powerpoint'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['odt', 'application/vnd.oasis.opendocument.text'],
  ['ods', 'application/vnd.oasis.opendocument.spreadsheet'],
  ['msg', 'application/vnd.ms-outlook'],
  ['eml', 'message/rfc822'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
]);

const UNKNOWN_TYPE = 'application/octet-stream';
const LONGEST_NAME = 200;

/**
 * Type and disposition of a file, by an allow-list on the extension of its key: HTML, SVG, XML, scripts and everything
 * unknown are downloaded as bytes. Names follow RFC 6266 with the extended form of RFC 8187.
 * @param name as users know the document; it gives way to the key's file name when it would show another type
 */
export function presentationOf(key: ObjectKey, name: string): Presentation {
  const stored = key.slice(key.lastIndexOf('/') + 1);
  const extension = fileExtension(stored);
  const shown = SHOWN.get(extension);
  return {
    contentType: shown ?? DOWNLOADED.get(extension) ?? UNKNOWN_TYPE,
    contentDisposition: create(fileName(name, stored, extension), {
      type: shown === undefined ? 'attachment' : 'inline',
    }),
  };
}

function fileName(name: string, stored: string, extension: string): string {
  const cleaned = safeName(name);
  const chosen = cleaned !== '' && fileExtension(cleaned) === extension ? cleaned : safeName(stored);
  const room = LONGEST_NAME - extension.length - 1;
  if (chosen.length <= LONGEST_NAME) return chosen;
  return `${chosen.slice(0, room).toWellFormed()}${extension === '' ? '' : `.${extension}`}`;
}

/**
 * Takes out of a name what could end a header (control characters), leave a folder (slashes), or turn the reading
 * direction so that `gpj.exe` looks like `exe.jpg`.
 */
function safeName(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/gu, '')
    .replace(/[\\/]/g, '_')
    .trim();
}
