import { cleanName, fitFileName, namelessName, shorten } from './file-name.ts';
import { isSalesforceId, type AccountId, type DocumentId } from './salesforce-id.ts';

declare const objectKeyBrand: unique symbol;

/** The key of an object in the target bucket. */
export type ObjectKey = string & { readonly [objectKeyBrand]: true };

/** Whether object keys show the files' names: `kept` (cleaned), or `nameless` (`document.pdf`). */
export type FileNames = 'kept' | 'nameless';

/** A checked layout, ready to render keys. */
export type KeyLayout = {
  readonly template: string;
  readonly fileNames: FileNames;
  /** The fixed folders at the start of every key, with a slash at the end. */
  readonly prefix: string;
  readonly segments: readonly LayoutSegment[];
};

export type LayoutSegment =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: LayoutPlaceholder };

export type LayoutPlaceholder = (typeof PLACEHOLDERS)[number];

/** What a key is rendered from. */
export type KeyFacts = {
  readonly recordId: DocumentId;
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly fileName: string;
  /** 1 for the file a document had first, 2 for its replacement, … */
  readonly revision: number;
};

/** What a key tells by itself. */
export type ParsedKey = {
  readonly recordId: DocumentId;
  readonly fileName: string;
  readonly revision: number;
};

const PLACEHOLDERS = ['accountId', 'accountName', 'recordId', 'fileName'] as const;
const ENDING = '/{recordId}/{fileName}';
const WITHOUT_ACCOUNT = 'no-account';

export const DEFAULT_KEY_LAYOUT = 'uploads/{accountId}/{accountName}/{recordId}/{fileName}';

/**
 * Of the rules that keys follow and that the redirect service relies on: `…/{recordId}/{fileName}` below the prefix. It
 * goes up when a service that knows the old rules would refuse, or open, another key than one that knows the new ones.
 */
export const KEY_LAYOUT_VERSION = 1;

/**
 * The most characters a key may have: it must fit a Salesforce text field of 255. Counted in UTF-16 code units, the
 * stricter reading of "character"; the UTF-8 form then has at most 765 bytes, within the 1,024 that S3 allows
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
 */
export const LONGEST_KEY = 255;

/**
 * Below the prefix, what is ours and no document's: the probes of `doctor`, the lines of a rollback, the snapshots of the
 * catalog, certificates. The policies in config/aws allow deleting probes and old snapshots and nothing else.
 */
export const OWN_FOLDER = '.file-migration/';
export const PROBE_FOLDER = `${OWN_FOLDER}probe/`;
/** Who owns the catalog of this prefix, which is replaced, never created twice. */
export const OWNER_FOLDER = `${OWN_FOLDER}owner/`;
/** Snapshots of the catalog: the newest ten are kept. */
export const SNAPSHOT_FOLDER = `${OWN_FOLDER}snapshots/`;
/** The lines that undo each job of a switch, a relink or a rollback. */
export const ROLLBACK_FOLDER = `${OWN_FOLDER}rollback/`;
/** Certificates of `certify`: one folder each, never changed once it is written. */
export const CERTIFICATE_FOLDER = `${OWN_FOLDER}certificates/`;

/** S3's own limit on a key, in bytes of UTF-8. */
const LONGEST_S3_KEY_BYTES = 1024;
const ID_LENGTH = 18;
/** What names must have left at least, so that a shortened file name keeps its extension and still says something. */
const LEAST_ROOM_FOR_NAMES = 80;
const LEAST_ROOM_FOR_ACCOUNT_NAME = 24;

/**
 * Checks a layout such as `uploads/{accountId}/{recordId}/{fileName}`: a fixed folder first, then folders that are
 * either fixed or one placeholder, and `/{recordId}/{fileName}` at the end.
 * @throws RangeError that says all that is wrong with it
 */
export function keyLayout(template: string, fileNames: FileNames = 'kept'): KeyLayout {
  const problems = keyLayoutProblems(template);
  if (problems.length > 0) {
    throw new RangeError(`The key layout ${JSON.stringify(template)} cannot be used: ${problems.join('; ')}.`);
  }
  const segments = template.split('/').map(layoutSegment);
  const head = segments.findIndex(({ kind }) => kind === 'placeholder');
  const prefix = template.split('/').slice(0, head).join('/') + '/';
  return { template, fileNames, prefix, segments };
}

/** Everything that is wrong with a layout, each as half a sentence; empty when it is sound. */
export function keyLayoutProblems(template: string): string[] {
  const problems: string[] = [];
  const segments = template.split('/');
  if (!template.endsWith(ENDING)) problems.push(`it must end in ${ENDING}`);
  if (segments.at(0)?.includes('{') !== false) {
    problems.push('it must begin with a fixed folder such as "uploads", so that policies can be limited to it');
  }
  const seen = new Set<string>();
  for (const segment of segments) {
    const problem = segmentProblem(segment, seen);
    if (problem !== undefined) problems.push(problem);
    seen.add(segment);
  }
  const fixed = lengthWithoutNames(segments.map(layoutSegment));
  if (fixed > LONGEST_KEY - LEAST_ROOM_FOR_NAMES) {
    problems.push(
      `its fixed parts take ${fixed} of ${LONGEST_KEY} characters and must leave ${LEAST_ROOM_FOR_NAMES} for names`,
    );
  }
  return problems;
}

/**
 * Renders the key of one revision of a document. Names are cleaned; when the whole would be longer than
 * {@link LONGEST_KEY}, the account's name is shortened first, then the file's, whose extension stays. A document
 * without account goes under `no-account`, with no second folder for a name that it does not have.
 * @throws RangeError when the revision is not a whole number from 1 on
 */
export function renderKey(layout: KeyLayout, facts: KeyFacts): ObjectKey {
  if (!Number.isSafeInteger(facts.revision) || facts.revision < 1) {
    throw new RangeError(`A revision is a whole number from 1 on, not ${facts.revision}.`);
  }
  const hasAccount = facts.accountId !== undefined;
  const segments = hasAccount ? layout.segments : withoutAccount(layout.segments);
  const room = LONGEST_KEY - lengthWithoutNames(segments);
  const cleaned =
    layout.fileNames === 'nameless' ? namelessName(facts.fileName) : cleanName(facts.fileName, 'document');
  const wanted = fitFileName(cleaned, facts.revision, LONGEST_KEY).length;
  const showsAccountName = segments.some((segment) => isPlaceholder(segment, 'accountName'));
  const accountName = showsAccountName
    ? shorten(cleanName(facts.accountName ?? '', 'unnamed'), Math.max(LEAST_ROOM_FOR_ACCOUNT_NAME, room - wanted))
    : '';
  const values: Record<LayoutPlaceholder, string> = {
    accountId: facts.accountId ?? WITHOUT_ACCOUNT,
    accountName,
    recordId: facts.recordId,
    fileName: fitFileName(cleaned, facts.revision, room - accountName.length),
  };
  return segments
    .map((segment) => (segment.kind === 'fixed' ? segment.text : values[segment.name]))
    .join('/') as ObjectKey;
}

/**
 * Brands a key that comes from outside (a catalog, a record, a listing).
 * @throws RangeError when no URL could carry it unchanged: empty, longer than S3 allows, with an empty or dot segment,
 * control characters, a backslash, or half a surrogate pair
 */
export function objectKey(value: string): ObjectKey {
  if (!isObjectKey(value))
    throw new RangeError(`${JSON.stringify(value.slice(0, 80))} is not a key this product uses.`);
  return value;
}

/** Says whether a text can be a key that every signer and browser carries unchanged; see {@link objectKey}. */
export function isObjectKey(value: string): value is ObjectKey {
  if (!value.isWellFormed() || /[\p{Cc}\\]/u.test(value)) return false;
  if (Buffer.byteLength(value) > LONGEST_S3_KEY_BYTES) return false;
  return value.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/**
 * The document that a key belongs to: the key lies under the prefix with its slash, and its last folder is the id.
 * Anything else has no owner. The redirect service and `verify` trust a key by this rule alone.
 * @param prefix with its slash at the end, as {@link KeyLayout} has it
 */
export function keyOwner(key: string, prefix: string): DocumentId | undefined {
  if (prefix === '' || !prefix.endsWith('/') || !key.startsWith(prefix) || !isObjectKey(key)) return undefined;
  const folder = key.slice(prefix.length).split('/').at(-2);
  return folder !== undefined && isSalesforceId(folder) ? (folder as DocumentId) : undefined;
}

/** Reads owner, file name (without its revision mark) and revision back from a key; undefined when it has no owner. */
export function parseKey(key: string, prefix: string): ParsedKey | undefined {
  const recordId = keyOwner(key, prefix);
  if (recordId === undefined) return undefined;
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const mark = /~([2-9]|[1-9]\d+)(?=(?:\.[A-Za-z0-9]{1,16})?$)/.exec(fileName);
  if (mark === null) return { recordId, fileName, revision: 1 };
  return { recordId, fileName: fileName.replace(mark[0], ''), revision: Number(mark[1]) };
}

/** A key as it stands in a URL: every byte but the unreserved ones of RFC 3986 percent-encoded, slashes kept. */
export function encodeKey(key: string): string {
  // most keys are such, and it takes a tenth of the time to see that
  if (/^[\w.~/-]*$/.test(key)) return key;
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function layoutSegment(text: string): LayoutSegment {
  const name = PLACEHOLDERS.find((placeholder) => text === `{${placeholder}}`);
  return name === undefined ? { kind: 'fixed', text } : { kind: 'placeholder', name };
}

function segmentProblem(segment: string, seen: ReadonlySet<string>): string | undefined {
  if (segment === '') return 'it must not have an empty folder, nor a slash at either end';
  if (layoutSegment(segment).kind === 'placeholder') {
    return seen.has(segment) ? `${segment} may stand in it once only` : undefined;
  }
  if (/[{}]/.test(segment)) {
    const known = PLACEHOLDERS.map((name) => `{${name}}`).join(', ');
    return `"${segment}" is not a whole folder of a known placeholder (${known})`;
  }
  if (cleanName(segment, '') !== segment) {
    return `the folder "${segment}" may hold letters, digits and -_.() only, and not dots alone`;
  }
  return undefined;
}

/** The account's folders of a layout, for a document that has none: the first says so, the second goes. */
function withoutAccount(segments: readonly LayoutSegment[]): LayoutSegment[] {
  const isAccount = (segment: LayoutSegment): boolean =>
    isPlaceholder(segment, 'accountId') || isPlaceholder(segment, 'accountName');
  const first = segments.findIndex(isAccount);
  return segments.flatMap((segment, index) => {
    if (!isAccount(segment)) return [segment];
    return index === first ? [{ kind: 'fixed', text: WITHOUT_ACCOUNT }] : [];
  });
}

function isPlaceholder(segment: LayoutSegment, name: LayoutPlaceholder): boolean {
  return segment.kind === 'placeholder' && segment.name === name;
}

function lengthWithoutNames(segments: readonly LayoutSegment[]): number {
  return segments.reduce((sum, segment) => sum + fixedLength(segment), segments.length - 1);
}

function fixedLength(segment: LayoutSegment): number {
  if (segment.kind === 'fixed') return segment.text.length;
  switch (segment.name) {
    case 'accountId':
    case 'recordId':
      return ID_LENGTH;
    case 'accountName':
    case 'fileName':
      return 0;
  }
}
