/**
 * Salesforce record ids: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
 * Written apart from the product's own code on purpose: a mistake there must not be mirrored by the server it is tested with.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form of a 15-character id. */
export function withSuffix(id15: string): string {
  let suffix = '';
  for (let chunk = 0; chunk < 15; chunk += 5) {
    let bits = 0;
    for (let position = 0; position < 5; position++) {
      const code = id15.charCodeAt(chunk + position);
      if (code >= 65 && code <= 90) bits |= 1 << position;
    }
    suffix += SUFFIX.charAt(bits);
  }
  return id15 + suffix;
}

/** The canonical 18-character id, or undefined when the text is no id (wrong length, characters or check suffix). */
export function canonicalId(text: string): string | undefined {
  if (!/^[0-9A-Za-z]+$/.test(text)) return undefined;
  if (text.length === 15) return withSuffix(text);
  if (text.length !== 18) return undefined;
  const id = restoreCase(text);
  return id?.toUpperCase() === text.toUpperCase() ? id : undefined;
}

/** The suffix says which letters are upper case, so ids survive systems that lose case. */
function restoreCase(id18: string): string | undefined {
  let id15 = '';
  for (let chunk = 0; chunk < 3; chunk++) {
    const bits = SUFFIX.indexOf(id18.charAt(15 + chunk).toUpperCase());
    if (bits < 0) return undefined;
    for (let position = 0; position < 5; position++) {
      const char = id18.charAt(chunk * 5 + position);
      const upper = (bits & (1 << position)) !== 0;
      if (upper && !/[A-Za-z]/.test(char)) return undefined;
      id15 += upper ? char.toUpperCase() : char.toLowerCase();
    }
  }
  return withSuffix(id15);
}

/** The id number `sequence` of an object, for a pod called 5g. */
export function idOf(keyPrefix: string, sequence: number): string {
  let digits = '';
  for (let rest = sequence; rest > 0; rest = Math.floor(rest / 62)) digits = ALPHABET.charAt(rest % 62) + digits;
  return withSuffix(`${keyPrefix}5g0${digits.padStart(9, '0')}`);
}
