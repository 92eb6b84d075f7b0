import type { Failure } from '../model/failure.ts';

/** The objects of `force-app/main` that are published to. */
export const publishedObjects = {
  run: 'File_Migration_Run__c',
  account: 'File_Migration_Account__c',
  error: 'File_Migration_Error__c',
  event: 'File_Migration_Progress__e',
} as const;

/** Those that hold records. */
export type PublishedObject = Exclude<(typeof publishedObjects)[keyof typeof publishedObjects], `${string}__e`>;

/** Field values by API name; a relationship is an object that names the other record by its external id. */
export type PublishedRecord = Readonly<
  Record<string, string | number | boolean | null | Readonly<{ External_Id__c: string }>>
>;

/** Rows of one object in one call at most. */
export const rowsPerUpsert = 200;
/** Groups of rows in one call at most. */
export const upsertsPerCall = 5;

/** Up to {@link rowsPerUpsert} rows of one object, distinguished by `External_Id__c`: no two have the same. */
export type Upsert = { readonly object: PublishedObject; readonly records: readonly PublishedRecord[] };

export type RowResult =
  { readonly saved: true; readonly recordId: string } | { readonly saved: false; readonly failure: Failure };

/** Results in the order of the rows, group by group. */
export type Written = { readonly rows: readonly (readonly RowResult[])[]; readonly eventFailure: Failure | undefined };

/** A run's row as it stands in the org; what is empty there is null. */
export type PublishedRun = {
  readonly run: number;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
};

/**
 * Writing what the status panel shows. Every method is one call of the org's API however many rows it carries, and its
 * fence is asked before every try. Throws Failures with their class; `publishing-not-deployed` among them.
 */
export type Publications = {
  /**
   * Upserts up to {@link upsertsPerCall} groups of rows, one after the other, and then publishes the event, in one call.
   * Sent again when the answer is lost: an upsert twice is an upsert once, and a second event is a second nudge.
   */
  write(upserts: readonly Upsert[], event?: PublishedRecord): Promise<Written>;
  /** Deletes up to {@link rowsPerUpsert} records by id; one that is gone already counts as deleted. */
  remove(recordIds: readonly string[]): Promise<RowResult[]>;
  /** Up to 2,000 ids of a catalog's rows, in their order, behind `after`. */
  idsOf(object: PublishedObject, catalogUuid: string, after: string): Promise<string[]>;
  /** What the org shows of a catalog's runs, the newest first. */
  runs(catalogUuid: string, limit: number): Promise<PublishedRun[]>;
  /** Requests sent so far, tries that failed included. */
  requests(): number;
  close(): Promise<void>;
};
