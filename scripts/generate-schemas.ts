/*
 * Writes the JSON Schemas that are generated from the code: `npm run schemas`. A test fails when one is stale.
 */
import { migrationJsonSchema } from '@file-migration/config';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = join(import.meta.dirname, '..');

const schemas: Readonly<Record<string, unknown>> = {
  'config/migration.schema.json': migrationJsonSchema(),
};

for (const [name, schema] of Object.entries(schemas)) {
  const file = join(root, name);
  const style = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema), { ...style, filepath: file }));
  console.log(name);
}
