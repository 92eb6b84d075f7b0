import { compileCondition } from '../soql/compile.ts';
import { conditionTree } from '../soql/conditions.ts';
import { parseSoql } from '../soql/parse.ts';
import type { Sql, Viewer } from '../soql/viewer.ts';
import type { Schema } from '../objects/schema.ts';
import { fieldAccess, objectAccess } from './permissions.ts';
import type { User } from './users.ts';

/** Sees everything: the org itself. */
export const everybody: Viewer = {
  canReadObject: () => true,
  canReadField: () => true,
  recordFilter: () => undefined,
};

/** What one user sees through SOQL: sharing, field access and their restriction rules. */
export function viewerOf(user: User, schema: Schema, now: () => number): Viewer {
  return {
    canReadObject: (meta) => objectAccess(user, meta).read,
    canReadField: (meta, field) => field.type === 'id' || fieldAccess(user, meta, field) !== 'none',
    recordFilter: (meta, alias) => {
      const filters: Sql[] = [];
      if (meta.sharing === 'private' && !objectAccess(user, meta).viewAll) {
        filters.push({
          text: `(${alias}."OwnerId" = ? OR EXISTS (SELECT 1 FROM "_share" WHERE "recordId" = ${alias}."Id" AND "userId" = ?))`,
          params: [user.id, user.id],
        });
      }
      for (const rule of user.restrictionRules) {
        if (rule.object.toLowerCase() !== meta.name.toLowerCase()) continue;
        const { where } = parseSoql(`SELECT Id FROM ${rule.object} WHERE ${rule.where}`);
        if (!where) continue;
        const options = { schema, viewer: everybody, includeDeleted: false, now: now() };
        filters.push(compileCondition(conditionTree(where), meta, alias, options));
      }
      if (filters.length === 0) return undefined;
      return {
        text: filters.map((filter) => filter.text).join(' AND '),
        params: filters.flatMap((filter) => filter.params),
      };
    },
  };
}
