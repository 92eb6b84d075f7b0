declare const salesforceIdBrand: unique symbol;
declare const objectBrand: unique symbol;

/** A Salesforce record id in its 18-character form, its check suffix right and in capitals. */
export type SalesforceId = string & { readonly [salesforceIdBrand]: true };
/** The id of one document record. */
export type DocumentId = SalesforceId & { readonly [objectBrand]: 'document' };
/** The id of the account (or whatever record the configured account field looks up) a document belongs to. */
export type AccountId = SalesforceId & { readonly [objectBrand]: 'account' };
/** The id of a Salesforce org. */
export type OrganizationId = SalesforceId & { readonly [objectBrand]: 'organization' };

const ORGANIZATION_PREFIX = '00D';
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const ID = /^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/;

/**
 * Brings a record id of 15 or 18 characters into its 18-character form. The suffix may come in any case; a suffix that
 * does not fit the 15 characters before it is refused, because the id was then mistyped or its case was lost.
 * @throws RangeError that names the value
 */
export function toSalesforceId(value: string): SalesforceId {
  const id = parseSalesforceId(value);
  if (id === undefined) throw new RangeError(`${quoted(value)} is not a Salesforce id: ${whatIsWrong(value)}.`);
  return id;
}

/** Like {@link toSalesforceId}, but answers undefined instead of throwing: for input that is often no id at all. */
export function parseSalesforceId(value: string): SalesforceId | undefined {
  if (!ID.test(value)) return undefined;
  const body = value.slice(0, 15);
  const id = body + checkSuffix(body);
  if (value.length === 18 && value.slice(15).toUpperCase() !== id.slice(15)) return undefined;
  return id as SalesforceId;
}

/** Says whether a value is already in the 18-character form that this product stores everywhere. */
export function isSalesforceId(value: string): value is SalesforceId {
  return value.length === 18 && parseSalesforceId(value) === value;
}

/** @throws RangeError that names the value */
export function documentId(value: string): DocumentId {
  return toSalesforceId(value) as DocumentId;
}

/** @throws RangeError that names the value */
export function accountId(value: string): AccountId {
  return toSalesforceId(value) as AccountId;
}

/** @throws RangeError that names the value, also when it is the id of something else than an org */
export function organizationId(value: string): OrganizationId {
  const id = toSalesforceId(value);
  if (keyPrefix(id) !== ORGANIZATION_PREFIX) {
    throw new RangeError(`${quoted(value)} is not the id of an org: those start with ${ORGANIZATION_PREFIX}.`);
  }
  return id as OrganizationId;
}

/** The first three characters of an id, which tell the object it belongs to. Case matters. */
export function keyPrefix(id: SalesforceId): string {
  return id.slice(0, 3);
}

/**
 * The three characters that make 15 into 18: one for every five, its bits set where a capital letter stands.
 * The rule: https://help.salesforce.com/s/articleView?id=000383751
 */
function checkSuffix(body: string): string {
  let suffix = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let offset = 0; offset < 5; offset++) {
      const code = body.charCodeAt(start + offset);
      if (code >= 65 && code <= 90) bits |= 1 << offset;
    }
    suffix += SUFFIX_ALPHABET.charAt(bits);
  }
  return suffix;
}

function whatIsWrong(value: string): string {
  if (value.length !== 15 && value.length !== 18) {
    return `it has ${value.length} characters, an id has 15 or 18`;
  }
  if (!ID.test(value)) return 'it holds other characters than letters and digits';
  return `its last three characters should be ${checkSuffix(value.slice(0, 15))}`;
}

/** Ids come from outside: what is shown of one is short and free of control characters. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
