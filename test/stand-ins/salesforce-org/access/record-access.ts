import type { Query } from '@jetstreamapp/soql-parser-js';
import { canonicalId } from '../objects/record-id.ts';
import type { Org } from '../org.ts';
import { conditionTree, type Condition } from '../soql/conditions.ts';
import { mayEdit, objectAccess, sees } from './permissions.ts';

/**
 * UserRecordAccess is no table: what is asked for is worked out and put there for the query to find. Restriction rules
 * are not asked, as in Salesforce.
 */
export function fillUserRecordAccess(org: Org, query: Query): void {
  const asked = query.where ? literalsOf(conditionTree(query.where)) : new Map<string, string[]>();
  const meta = org.schema.get('UserRecordAccess');
  org.store.db.exec('DELETE FROM "UserRecordAccess"');
  for (const user of org.users.filter((candidate) => asked.get('userid')?.includes(candidate.id))) {
    for (const id of asked.get('recordid') ?? []) {
      const object = org.schema.byKeyPrefix(id);
      const row = object && org.store.get(object, id);
      const isShared = (recordId: string): boolean => org.store.isShared(recordId, user.id);
      const read = object !== undefined && row !== undefined && sees(user, object, row, isShared);
      const edit = read && mayEdit(user, object, row, isShared);
      const remove = edit && objectAccess(user, object).delete;
      org.store.insert(
        meta,
        {
          UserId: user.id,
          RecordId: id,
          HasReadAccess: read,
          HasEditAccess: edit,
          HasDeleteAccess: remove,
          HasAllAccess: remove,
          MaxAccessLevel: remove ? 'Delete' : edit ? 'Edit' : read ? 'Read' : 'None',
        },
        user,
      );
    }
  }
}

function literalsOf(condition: Condition): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (part: Condition): void => {
    if (part.kind === 'not') visit(part.part);
    else if (part.kind !== 'comparison') part.parts.forEach(visit);
    else if ('field' in part.comparison && 'value' in part.comparison) {
      const ids = [part.comparison.value].flat().flatMap((value) => canonicalId(value.replaceAll("'", '')) ?? []);
      found.set(part.comparison.field.toLowerCase(), ids);
    }
  };
  visit(condition);
  return found;
}
