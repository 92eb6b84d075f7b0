import { accountId, documentId, type AccountId, type DocumentId } from '@file-migration/config';

/** The stand-in org's key prefixes and an instance's code, as ids of a real org begin. Ids grow with the index, as there. */
const DOCUMENT = 'a0B5g00';
const FOLDER = 'a0B5f00';
const ACCOUNT = '0015g00';

export function documentIdAt(index: number): DocumentId {
  return documentId(DOCUMENT + base62(index));
}

export function folderIdAt(index: number): DocumentId {
  return documentId(FOLDER + base62(index));
}

export function accountIdAt(index: number): AccountId {
  return accountId(ACCOUNT + base62(index));
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Eight digits. Salesforce leaves no index out, and neither does this. */
function base62(index: number): string {
  let text = '';
  for (let rest = index, digit = 0; digit < 8; digit++, rest = Math.floor(rest / 62)) {
    text = DIGITS.charAt(rest % 62) + text;
  }
  return text;
}
