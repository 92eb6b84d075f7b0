import { Failure } from '../model/failure.ts';
import { dataPath, type OrgClient } from './client.ts';
import type { FieldDescription, ObjectDescription } from './org-facts.ts';
import { sameName } from './row.ts';

/** What the org tells of an object to this user. @throws Failure of class `stop`, code `object-missing` */
export async function describeObject(client: OrgClient, name: string): Promise<ObjectDescription> {
  const path = dataPath(client.session.apiVersion, `sobjects/${encodeURIComponent(name)}/describe`);
  const answer = (await client.json({ path, explain: whenMissing(name) })) as RawDescription;
  return {
    name: answer.name,
    label: answer.label,
    queryable: answer.queryable,
    updateable: answer.updateable,
    fields: answer.fields.map(fieldOf),
  };
}

export function findField(description: ObjectDescription, name: string): FieldDescription | undefined {
  return description.fields.find((field) => sameName(field.name, name));
}

/** @throws Failure of class `stop`, code `field-missing` */
export function requireField(description: ObjectDescription, name: string): FieldDescription {
  const field = findField(description, name);
  if (field !== undefined) return field;
  throw new Failure(`${description.name} has no field ${name}, or this user may not read it.`, {
    code: 'field-missing',
    actions: [
      'Correct the name in migration.json, deploy the field, or give the integration user read access to it.',
      'sf migrate files doctor',
    ],
  });
}

function whenMissing(name: string): (status: number, failure: Failure) => Failure {
  return (status, failure) =>
    status === 404
      ? new Failure(`The org has no object ${name}, or this user may not see it.`, {
          code: 'object-missing',
          actions: [
            'Correct org.document.object in migration.json (with its namespace), or give the integration user access.',
            'sf migrate files doctor',
          ],
          cause: failure,
        })
      : failure;
}

type RawDescription = ObjectDescription & { readonly fields: readonly RawField[] };
type RawField = Omit<FieldDescription, 'relationshipName'> & { readonly relationshipName: string | null };

function fieldOf(field: RawField): FieldDescription {
  const { name, label, type, length, updateable, filterable, relationshipName, referenceTo } = field;
  return {
    name,
    label,
    type,
    length,
    updateable,
    filterable,
    relationshipName: relationshipName ?? undefined,
    referenceTo,
  };
}
