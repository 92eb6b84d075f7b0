/**
 * What a name becomes in an object key. Letters of every script with their marks, digits and `-_.()` stay, everything
 * else (`~` too, which tells revisions apart) becomes `_`; the result is in NFC, never empty and never a dot segment,
 * which browsers would resolve away and so break the signature of a URL.
 * @param name as it stands in Salesforce; spaces around it are dropped
 * @param ifEmpty stands in for a name of which nothing is left
 */
export function cleanName(name: string, ifEmpty: string): string {
  const cleaned = name.trim().normalize('NFC').replace(NOT_KEPT, '_');
  if (cleaned === '') return ifEmpty;
  return /^\.+$/.test(cleaned) ? '_'.repeat(cleaned.length) : cleaned;
}

// Invisible letters (Hangul filler, variation selectors) are letters to Unicode, but nobody can see or type them.
const NOT_KEPT = /[^\p{L}\p{Mn}\p{Mc}\p{Nd}\-_.()]|\p{Default_Ignorable_Code_Point}/gu;

/**
 * The extension of a file name in lower case without its dot, or '' when it has none. An extension is the 1 to 16
 * letters and digits of ASCII after the last dot, when something stands before the dot.
 */
export function fileExtension(name: string): string {
  return extensionWithDot(name.trim()).slice(1).toLowerCase();
}

/**
 * A file name that tells nothing but the type: `document.pdf`. Only extensions of well-known types are kept, because
 * what follows the last dot of a name may as well be a surname or an amount.
 */
export function namelessName(name: string): string {
  const extension = fileExtension(name);
  return WELL_KNOWN.has(extension) ? `document.${extension}` : 'document';
}

/**
 * Puts `~n` before the extension for revision 2 and later, and shortens the name before it so that the whole has at
 * most `room` UTF-16 code units; the extension stays, and no character is cut in two.
 */
export function fitFileName(name: string, revision: number, room: number): string {
  const extension = extensionWithDot(name);
  const mark = revision >= 2 ? `~${revision}` : '';
  const stem = name.slice(0, name.length - extension.length);
  return shorten(stem, room - mark.length - extension.length) + mark + extension;
}

/** The longest start of a text with at most `room` UTF-16 code units that does not end in half a surrogate pair. */
export function shorten(text: string, room: number): string {
  const cut = text.slice(0, Math.max(0, room));
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

function extensionWithDot(name: string): string {
  return /(?<=.)\.[A-Za-z0-9]{1,16}$/su.exec(name)?.[0] ?? '';
}

const WELL_KNOWN: ReadonlySet<string> = new Set(
  (
    '7z avi bmp csv dat dng doc docm docx dot dotx eml gif gz heic heif htm html ics ini jfif jpeg jpg json key log md ' +
    'mht mhtml mov mp3 mp4 msg numbers odp ods odt ofx pages pdf png ppt pptm pptx ps qbb qbm qbo qbw qbx qfx rar rtf ' +
    'svg tar tif tiff tsv txt url vcf vsdx wav webarchive webloc webp xls xlsb xlsm xlsx xltx xml xps zip'
  ).split(' '),
);
