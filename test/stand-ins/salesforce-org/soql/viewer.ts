import type { FieldDescription } from '../objects/description.ts';
import type { ObjectMeta } from '../objects/schema.ts';
import type { SqlValue } from '../store/field-values.ts';

export type Sql = { readonly text: string; readonly params: readonly SqlValue[] };

/** For whom a query runs: what they cannot see, the query cannot name. */
export type Viewer = {
  canReadObject(meta: ObjectMeta): boolean;
  canReadField(meta: ObjectMeta, field: FieldDescription): boolean;
  /** The condition on the table `alias` that leaves only the records this user may see; undefined means all. */
  recordFilter(meta: ObjectMeta, alias: string): Sql | undefined;
};
