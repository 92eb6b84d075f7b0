import type { DocumentId } from '@file-migration/config';
import type { LinkValues } from '../../catalog/journal-port.ts';
import type { FieldValues, Org } from '../../org/port.ts';

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

/** The values of a job's columns, in their order. */
export function columnValues(
  names: LinkFieldNames,
  fields: readonly string[],
  { url, key, originalUrl }: LinkValues,
): (string | null)[] {
  const values = new Map<string, string | null>([
    [names.urlField, url],
    [names.keyField, key],
    [names.originalUrlField, originalUrl],
  ]);
  return fields.map((field) => {
    const value = values.get(field);
    if (value === undefined) throw new RangeError(`${field} is no field of a link.`);
    return value;
  });
}

export function sameLinks(a: LinkValues, b: LinkValues): boolean {
  return a.url === b.url && a.key === b.key && a.originalUrl === b.originalUrl;
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
