/** Listings are form-encoded: a plus sign is a space. Control characters would break the XML otherwise. */
export function decodeListed(key: string): string {
  return decodeURIComponent(key.replaceAll('+', '%20'));
}
