import type { DocumentId } from '@file-migration/config';
import type { JournalOperation, LinkValues, PlannedUpdate } from '../catalog/journal.ts';
import type { FieldValues, Org } from '../org/port.ts';

/** What the three fields are called: `org.document` of migration.json. */
export type LinkFieldNames = {
  readonly urlField: string;
  readonly keyField: string;
  readonly originalUrlField: string;
};

/** Present values by id; absent ids are deleted or hidden. One API call for 2,000. */
export async function readLinks(
  org: Org,
  names: LinkFieldNames,
  ids: readonly DocumentId[],
): Promise<Map<DocumentId, LinkValues>> {
  const rows = await org.readValues(ids, [names.urlField, names.keyField, names.originalUrlField]);
  return new Map(Array.from(rows, ([id, row]) => [id, linkValues(names, row)]));
}

/**
 * The values of a job's columns, in their order. A URL that stays the same is not written at all: somebody may change it
 * meanwhile, and no guard compares what is not to change.
 */
export function columnValues(
  names: LinkFieldNames,
  fields: readonly string[],
  { before, after: { url, key, originalUrl } }: Pick<PlannedUpdate, 'before' | 'after'>,
): (string | null | undefined)[] {
  const values = new Map<string, string | null | undefined>([
    [names.urlField, url === before.url ? undefined : url],
    [names.keyField, key],
    [names.originalUrlField, originalUrl],
  ]);
  return fields.map((field) => {
    if (!values.has(field)) throw new RangeError(`${field} is no field of a link.`);
    return values.get(field);
  });
}

export function sameLinks(a: LinkValues, b: LinkValues): boolean {
  return a.url === b.url && a.key === b.key && a.originalUrl === b.originalUrl;
}

/**
 * The URL that undoing a row puts back: what the user had, or the file's own URL where that was a link of ours (a former
 * address of the service, or another document's link on a clone), which must open also when the service is gone.
 */
export function urlToRestore(
  operation: JournalOperation,
  { before, after }: Pick<PlannedUpdate, 'before' | 'after'>,
): string {
  return operation === 'rollback' ? before.url : (after.originalUrl ?? before.url);
}

function linkValues(names: LinkFieldNames, row: FieldValues): LinkValues {
  return {
    url: text(row[names.urlField]) ?? '',
    key: text(row[names.keyField]),
    originalUrl: text(row[names.originalUrlField]),
  };
}

/** Salesforce stores no empty text: it is null. */
function text(value: FieldValues[string] | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : String(value);
}
