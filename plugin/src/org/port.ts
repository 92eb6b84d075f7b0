import type { OrgDocument } from '../model/document.ts';
import type { AccountId, DocumentId, OrganizationId, UrlBeginnings, UrlKind } from '@file-migration/config';
import type { Readable } from 'node:stream';
import type { OrgFacts, OrgLimit } from './org-facts.ts';
import type { Available } from '../model/available.ts';
import type { Updates } from './updates-port.ts';
import type { Reader, WriteEffects } from './write-effects.ts';

/**
 * The Salesforce org as phases see it. Every call can throw a Failure with its class; an aborted signal rejects with the
 * signal's reason. Times are milliseconds since 1970.
 */
export type Org = {
  /** The REST version that new calls are made with, such as `68.0`. */
  readonly apiVersion: string;
  readonly instanceUrl: string;

  organizationId(): Promise<OrganizationId>;

  /**
   * The document query, streamed. Commit each batch's documents and its position together. A page that breaks is read
   * again: then batches may come twice, never be missing.
   * Throws code `query-job-gone` when a resumed job cannot be read any more: start anew, without `resume`.
   */
  queryDocuments(request?: DocumentQuery): AsyncIterable<DocumentBatch>;
  /** Deletes a query job that nobody will read on; one that is gone already is fine. */
  endQuery(position: QueryPosition): Promise<void>;

  /**
   * Documents by id, those in the recycle bin with `deleted: true`. An id that is missing from the answer is deleted for
   * good or hidden from this user. Any number of ids; one API call for 400.
   */
  readDocuments(ids: readonly DocumentId[]): AsyncIterable<readonly OrgDocument[]>;
  /**
   * Current values of some fields by id (fields of the object itself, named as config names them), for what must be
   * compared before and after a write. Absent ids are deleted or hidden. Any number of ids; one API call for 2,000.
   */
  readValues(ids: readonly DocumentId[], fields: readonly string[]): Promise<Map<DocumentId, FieldValues>>;

  /** Documents by account, all of them, ordered by account id; those without account come first. */
  accountCounts(): AsyncIterable<AccountCount>;
  /** The org's own count of documents (folders and the like excluded by the configured `where`). */
  countDocuments(account?: AccountId): Promise<number>;

  /**
   * How many documents there are by where their URL points. The org itself counts, in seven API calls however many there
   * are; where it will not (a URL field that cannot be filtered, a count that takes too long), all are read instead.
   */
  tallyDocuments(request: TallyRequest): Promise<OrgCounts>;

  /** Rows of any SOQL over REST, page after page. The text is the caller's responsibility: see soql.ts. */
  query(soql: string): AsyncIterable<Row>;

  /** All that `doctor` wants to know, as plain facts; what the org would not tell is said so, never left empty. */
  facts(): Promise<OrgFacts>;

  /** The one Salesforce file linked to a document. See LinkedFile. */
  linkedFile(document: DocumentId): Promise<LinkedFile>;
  /** The content of a linked file, as it is. The caller reads it to the end or destroys it. */
  openLinkedFile(file: LinkedFile): Promise<Readable>;

  /** The org's daily and other limits, as `/limits` tells them now; needs the permission View Setup. */
  limits(): Promise<Available<readonly OrgLimit[]>>;

  /** What writing links sets off in the org, and what reads the URL field. */
  writeEffects(): Promise<WriteEffects>;
  /** The source of such readers by type and name, where the org gives it. */
  dependentSources(readers: readonly Reader[]): Promise<Available<ReadonlyMap<string, string>>>;

  readonly updates: Updates;

  /** How much of the org's daily API budget is spent, from the last answer; undefined before the first. */
  usage(): ApiUsage | undefined;
  /** Requests sent so far, tries that failed included. */
  requests(): number;
  close(): Promise<void>;
};

/** Which documents: all, those changed since a moment, one account's, with or without the recycle bin. */
export type DocumentQuery = {
  /** Only documents whose SystemModstamp is at or after this. */
  readonly since?: number;
  readonly accountId?: AccountId;
  /** Also what is in the recycle bin, as `deleted: true`. */
  readonly withDeleted?: boolean;
  /** Also what only planning asks for: see `DocumentTraits`. */
  readonly withTraits?: boolean;
  /** Goes on with a job that an earlier run made; the other members are then ignored. */
  readonly resume?: QueryPosition;
  /** Rows per page: what is read again after a break. */
  readonly pageRows?: number;
  /** Called after each poll while the org prepares the result. */
  readonly onJob?: (job: QueryJobProgress) => void;
};

export type QueryJobProgress = { readonly id: string; readonly state: string; readonly records: number };

/**
 * Part of a page. `position` moves only with a page's last batch: whoever resumes from it reads the whole page again,
 * which is harmless because storing a document twice is. The first batch is empty: its position holds the job's id.
 */
export type DocumentBatch = {
  readonly documents: readonly OrgDocument[];
  readonly position: QueryPosition;
};

export type QueryPosition = {
  readonly jobId: string;
  /** The version that made the job must read it. */
  readonly apiVersion: string;
  /** The next page; absent: the first. */
  readonly locator?: string;
  /** Rows of all pages before this one; absent in positions of older versions. */
  readonly rows?: number;
  /** The server's Date just before the job was made: the next incremental query's watermark. */
  readonly startedAt: number;
  readonly done: boolean;
};

/** A field is null when it is empty. */
export type FieldValues = Readonly<Record<string, string | number | boolean | null>>;

export type AccountCount = {
  /** Undefined for the documents without account. */
  readonly accountId: AccountId | undefined;
  readonly accountName: string | undefined;
  readonly documents: number;
};

export type TallyRequest = UrlBeginnings & {
  /** Milliseconds since 1970: what somebody wrote from then on is counted too, our own links left out. */
  readonly since?: number;
  /** While documents are read one by one: how many so far. */
  readonly onRead?: (documents: number) => void;
};

/** The org's own numbers, folders and the like excluded by the configured `where`. */
export type OrgCounts = {
  readonly documents: number;
  readonly urls: Readonly<Record<UrlKind, number>>;
  /** With a value in our key field; undefined: the field is not there for this user, or the org would not count. */
  readonly withKey: number | undefined;
  readonly inRecycleBin: number;
  /** Undefined without `since`. */
  readonly writtenSince: number | undefined;
  readonly counted: 'by-org' | 'one-by-one';
};

/** The latest version of the one Salesforce file that is linked to a document. */
export type LinkedFile = {
  readonly versionId: string;
  /** With its extension. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hex, as Salesforce computed it. */
  readonly md5: string | undefined;
};

/** A row as REST gives it: relationships are rows themselves. */
export type Row = { readonly [field: string]: string | number | boolean | null | Row };

export type ApiUsage = { readonly used: number; readonly limit: number };

/** What the document object and our own metadata are called: `org` of migration.json. */
export type OrgNames = {
  readonly document: DocumentNames;
  /** The validation rule on the document object. */
  readonly guardRule: string;
  /** The custom permission that makes the guard apply. */
  readonly writerPermission: string;
};

export type DocumentNames = {
  readonly object: string;
  /** The field that holds the file's name: `Name`, or another. */
  readonly nameField: string;
  readonly urlField: string;
  /** The lookup to the account, and the path to the account's name. */
  readonly accountField: string | null;
  readonly accountNamePath: string | null;
  /** The vendor's object id. */
  readonly externalIdField: string | null;
  /** What planning counts by; a field that the org does not have is left out. */
  readonly sizeField?: string | null;
  readonly yearField?: string | null;
  readonly typeField?: string | null;
  /** Our two fields. */
  readonly keyField: string;
  readonly originalUrlField: string;
  /** A SOQL condition that leaves out what is no document, such as folders; checked when the config was read. */
  readonly where: string | null;
};
