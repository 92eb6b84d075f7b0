import {
  EVIDENCE_GRADES,
  OWN_FOLDER,
  isSalesforceId,
  type DocumentId,
  type EvidenceGrade,
} from '@file-migration/config';

/** What the ledger says of one document: one line of JSON. */
export type LedgerEntry = SwitchedEntry | AcceptedEntry | DeletedEntry | EmptyEntry;

/** The record opens the copy in the bucket. */
export type SwitchedEntry = Stored & {
  readonly outcome: 'switched';
  readonly evidence: EvidenceGrade;
  /** When source and copy were last seen equal, ISO 8601 in UTC. */
  readonly verified: string;
};

/** There is no copy, and a named person has decided that none is needed. */
export type AcceptedEntry = About & {
  readonly outcome: 'accepted';
  /** What the document is: `missing`, `denied`, … */
  readonly state: string;
  readonly decidedBy: string;
  readonly reason: string;
  readonly decidedOn: string;
};

/** The record is gone; its copy, where there was one, stays. */
export type DeletedEntry = About & Partial<Stored> & { readonly outcome: 'deleted' };

/** The record names no file. */
export type EmptyEntry = About & { readonly outcome: 'empty' };

type About = { readonly document: DocumentId };

/** An object of the bucket, as the store described it when it was verified. */
type Stored = About & {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly version?: string;
  readonly etag?: string;
  /** `algorithm:type:base64`, as the store returned it. */
  readonly checksum?: string;
  /** Hex, computed while the file was copied or read. */
  readonly sha256?: string;
  /** The copy is of a Salesforce file that stands in for a source nobody could read. */
  readonly substitute?: true;
};

/** An entry whose object can be looked for in the bucket. */
export type StoredEntry = (SwitchedEntry | DeletedEntry) & Stored;

export function isStored(entry: LedgerEntry): entry is StoredEntry {
  return (entry.outcome === 'switched' || entry.outcome === 'deleted') && entry.key !== undefined;
}

/** A line of the ledger, without its line break. */
export function entryLine(entry: LedgerEntry): Buffer {
  return Buffer.from(JSON.stringify(entry));
}

/**
 * Reads a line that anybody may have written.
 * @param prefix below which every key must lie
 * @returns the entry, or what is wrong with the line
 */
export function parseEntry(line: Buffer, prefix: string): LedgerEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return 'it is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
  const entry = value as Readonly<Record<string, unknown>>;
  if (typeof entry.document !== 'string' || !isSalesforceId(entry.document)) return 'it names no document';
  switch (entry.outcome) {
    case 'switched':
      return storedProblem(entry, prefix) ?? evidenceProblem(entry) ?? (value as SwitchedEntry);
    case 'deleted':
      if (entry.key === undefined) return value as DeletedEntry;
      return storedProblem(entry, prefix) ?? (value as DeletedEntry);
    case 'accepted':
      return isText(entry.decidedBy) && isText(entry.reason) && isText(entry.decidedOn) && isText(entry.state)
        ? (value as AcceptedEntry)
        : 'it names no person, reason and day';
    case 'empty':
      return value as EmptyEntry;
    default:
      return 'it tells no outcome that this version knows';
  }
}

function storedProblem(entry: Readonly<Record<string, unknown>>, prefix: string): string | undefined {
  const { key, size, version, etag, checksum, sha256 } = entry;
  if (!isText(key) || !isPlainKey(key, prefix)) return 'its key is none of a document below the prefix';
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return 'it tells no size';
  const texts = [version, etag, checksum, sha256].filter((text) => text !== undefined);
  return texts.every(isText) ? undefined : 'it holds facts of another form';
}

function evidenceProblem({ evidence, verified }: Readonly<Record<string, unknown>>): string | undefined {
  if (!(EVIDENCE_GRADES as readonly unknown[]).includes(evidence)) return 'it tells no evidence';
  return isText(verified) && !Number.isNaN(Date.parse(verified)) ? undefined : 'it does not tell when it was verified';
}

/** Nothing climbs out of the prefix or into our own folder. */
function isPlainKey(key: string, prefix: string): boolean {
  if (!key.startsWith(prefix) || key.startsWith(prefix + OWN_FOLDER)) return false;
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestText;
}

const longestText = 2_000;
