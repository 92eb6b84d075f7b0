import type { AccountId, DocumentId } from '@file-migration/config';

/** An account, as it is inserted into the stand-in org. */
export type AccountRecord = { readonly Id: AccountId; readonly Name: string };

/** One `DocListEntry__c` record: a document, or a folder that documents lie in. Times are ISO 8601 in UTC. */
export type DocumentRecord = {
  readonly Id: DocumentId;
  readonly Name: string;
  /** Where the file lies; null on folders and on the documents that never got one. */
  readonly Document__c: string | null;
  readonly Account__c: AccountId | null;
  /** The vendor's id of the object, by which its API hands out presigned URLs. */
  readonly Identifier__c: string | null;
  readonly DocType__c: string | null;
  readonly Type_Current__c: 'Document' | 'Folder';
  readonly Type_Original__c: 'Document' | 'Folder';
  readonly Parent_Folder__c: DocumentId | null;
  readonly ApplicableYear__c: string | null;
  readonly PageCount__c: number | null;
  readonly Source__c: string;
  readonly Visibility__c: string;
  readonly ClientName__c: string | null;
  readonly CreatedDate: string;
  readonly LastModifiedDate: string;
  readonly SystemModstamp: string;
};

/** An object in the vendor's bucket. Its bytes are made when they are asked for, the same every time. */
export type SourceObject = {
  readonly bucket: string;
  readonly key: string;
  /** The vendor's id of the object: `Identifier__c` of the record, last segment of the key. */
  readonly identifier: string;
  /** In bytes; known without making them. */
  readonly size: number;
  readonly contentType: string;
  readonly storageClass: 'STANDARD' | 'GLACIER' | 'DEEP_ARCHIVE';
  readonly lastModified: Date;
  /** `denied` objects exist, and reading them is refused. */
  readonly access: 'readable' | 'denied';
  /** Part size in bytes when it was uploaded in parts (its ETag is then no MD5), else null. */
  readonly partBytes: number | null;
  /** The checksum that the store keeps for it; most objects are too old to have one. */
  readonly checksum: 'CRC64NVME' | 'SHA256' | null;
  readonly bytes: () => Buffer;
};

/** What a document's name is like. Every kind occurs in a real org. */
export type NameKind =
  | 'plain'
  | 'no-extension'
  | 'trailing-dot'
  | 'slashes-and-colons'
  | 'repeated'
  | 'punctuation'
  | 'accents'
  | 'cjk'
  | 'emoji'
  | 'composed'
  | 'decomposed'
  | 'outer-spaces'
  | 'exactly-80'
  | 'upper-case-extension'
  | 'words-after-extension'
  | 'date-as-extension'
  | 'partial-download';

/**
 * What a document's URL leads to:
 * - `present`: an object of its own; `large` a big one, `empty` one of 0 bytes
 * - `duplicate`: an object of its own with the same name and bytes as another's
 * - `shared`: another record's URL under a name of its own; `clone`: another record's URL and name
 * - `archived`, `denied`: an object that cannot be read as it is; `missing`: no object
 * - `no-url`: the record has no URL
 */
export type SourceKind =
  'present' | 'large' | 'empty' | 'duplicate' | 'shared' | 'clone' | 'archived' | 'denied' | 'missing' | 'no-url';

/** A document with what the generator knows about it. */
export type PopulationEntry = {
  readonly document: DocumentRecord;
  readonly name: NameKind;
  readonly source: SourceKind;
  /** The object that this document brings with it; undefined when it has none, or uses another document's. */
  readonly object: SourceObject | undefined;
};

/** How large files are: as measured (mean 1.3 MB), of one size in bytes, or with this mean and maximum. */
export type Sizes = 'measured' | number | { readonly meanBytes: number; readonly maxBytes: number };

export type PopulationOptions = {
  /** The same seed makes the same population, byte for byte. Default 1. */
  readonly seed?: number;
  /** Documents that refer to files (folders come on top), 1 to 5,000,000. */
  readonly documents: number;
  /** Default `measured`. No file is smaller than the smallest valid file of its type. */
  readonly sizes?: Sizes;
  readonly vendorBucket?: string;
  readonly tenant?: string;
  /** The moment after which nothing has happened yet. Default: a fixed day, so that nothing depends on the clock. */
  readonly until?: Date;
};

export type PopulationSummary = {
  readonly accounts: number;
  readonly documents: number;
  readonly folders: number;
  /** Objects in the vendor's bucket and their bytes. */
  readonly objects: number;
  readonly bytes: number;
  readonly names: Readonly<Record<NameKind, number>>;
  readonly sources: Readonly<Record<SourceKind, number>>;
};
