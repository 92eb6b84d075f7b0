import { doc, heic, mov, mp4, msg, opaque, sevenZip, xls } from './container.ts';
import type { FileFormat } from './format.ts';
import { bmp, gif, jpeg, png, tiff, webp } from './image.ts';
import { pdf } from './pdf.ts';
import * as text from './text.ts';
import { docx, numbers, ods, odt, pages, pptx, xlsm, xlsx, xltx, zip } from './zip.ts';

/** How a file of this type is written. Types that nobody can tell apart (QuickBooks, tax programs) are opaque bytes. */
export function formatOf(extension: string): FileFormat {
  return FORMATS[extension] ?? opaque;
}

const FORMATS: Readonly<Partial<Record<string, FileFormat>>> = {
  '.2025': pdf,
  '.2027': pdf,
  '.7z': sevenZip,
  '.asp': text.html,
  '.bmp': bmp,
  '.css': text.css,
  '.csv': text.csv,
  '.dng': tiff,
  '.doc': doc,
  '.docx': docx,
  '.eml': text.eml,
  '.gif': gif,
  '.gsheet': text.json,
  '.heic': heic,
  '.heif': heic,
  '.htm': text.html,
  '.html': text.html,
  '.ini': text.ini,
  '.jfif': jpeg,
  '.jpeg': jpeg,
  '.jpg': jpeg,
  '.js': text.javascript,
  '.json': text.json,
  '.log': text.plain,
  '.mht': text.mhtml,
  '.mhtml': text.mhtml,
  '.mov': mov,
  '.mp4': mp4,
  '.msg': msg,
  '.numbers': numbers,
  '.ods': ods,
  '.odt': odt,
  '.pages': pages,
  '.pdf': pdf,
  '.png': png,
  '.pptx': pptx,
  '.rtf': text.rtf,
  '.svg': text.svg,
  '.tif': tiff,
  '.tiff': tiff,
  '.txt': text.plain,
  '.url': text.urlShortcut,
  '.webloc': text.webloc,
  '.webp': webp,
  '.xls': xls,
  '.xlsm': xlsm,
  '.xlsx': xlsx,
  '.xltx': xltx,
  '.xml': text.xml,
  '.zip': zip,
};
