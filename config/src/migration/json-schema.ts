import type * as zod from 'zod';
import { COMMENT_MARK } from './comments.ts';
import { migrationConfigSchema } from './schema.ts';
import { z } from './zod.ts';

export type JsonSchema = zod.core.JSONSchema.BaseSchema;

/** The JSON Schema (draft 7, which editors know best) of what a person writes into migration.json, comments allowed. */
export function migrationJsonSchema(): JsonSchema {
  return z.toJSONSchema(migrationConfigSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => allowComments(jsonSchema),
  });
}

function allowComments(schema: JsonSchema): void {
  if (schema.type !== 'object') return;
  const comment = `^${COMMENT_MARK}`;
  schema.patternProperties = { [comment]: {} };
  const names = schema.propertyNames;
  if (typeof names === 'object') schema.propertyNames = { anyOf: [names, { pattern: comment }] };
}
