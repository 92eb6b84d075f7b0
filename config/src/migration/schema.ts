import type * as zod from 'zod';
import { backup, filters } from './backup.ts';
import { certify } from './certify.ts';
import { line, wholeNumber } from './fields.ts';
import { fleet } from './fleet.ts';
import { org } from './org.ts';
import { prices } from './prices.ts';
import { source } from './source.ts';
import { switchSection } from './switch.ts';
import { key, link, target } from './target.ts';
import { z } from './zod.ts';

/**
 * migration.json. Every field but the target bucket and its region has a default, so that a short file is a good file.
 * Flags, not settings, are the predecessor's dry_run (`--dry-run`), test_single_account with test_account_id and
 * test_account_name (`--account`), and max_test_files (`--limit`).
 */
export const migrationConfigSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Path of migration.schema.json, for completion in editors.'),
    org: org.prefault({}).describe('Which org, and what its document object is called.'),
    source: source.prefault({}).describe('How the files are read.'),
    target: target.describe('Your own bucket.'),
    key: key.prefault({}).describe('What the objects in your bucket are called.'),
    link: link.prefault({}).describe('What phase 2 writes on the documents.'),
    filters: filters.prefault({}).describe('Which documents are copied.'),
    backup: backup.prefault({}).describe('Phase 1.'),
    fleet: fleet.optional().describe('Copying with many machines (--workers fleet).'),
    switch: switchSection.prefault({}).describe('Phase 2.'),
    certify: certify.prefault({}).describe('When the contract with the vendor may end.'),
    publish: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Publish progress into the org, for the Lightning panel.'),
        callsPerDay: wholeNumber(1, 100_000).default(2000).describe('Most API calls a day for publishing.'),
        eventsPerMinute: wholeNumber(0, 1).default(1).describe('Progress events a minute: 1, or 0 for none.'),
        newestErrors: wholeNumber(0, 2000).default(2000).describe('How many of the newest errors are published.'),
      })
      .prefault({})
      .describe('What the panel in Salesforce gets to see, and its budget.'),
    prices: prices.prefault({}).describe('What estimates of cost are made with.'),
    catalog: z
      .strictObject({
        file: line
          .default('migration_tracking.db')
          .describe('The tracking database, on a local disk; relative to this file.'),
        snapshots: z
          .boolean()
          .default(true)
          .describe(
            'Put a snapshot of it into the target bucket after every run, and hourly during one; the newest ten are kept.',
          ),
      })
      .prefault({})
      .describe('The tracking database.'),
    logs: z
      .strictObject({ folder: line.default('logs').describe('Folder of the run logs; relative to this file.') })
      .prefault({})
      .describe('JSON Lines, one file a run.'),
  })
  .transform(withoutSchemaPath)
  .describe('Settings of File Migration for Salesforce. Keys that begin with // are comments.');

/** The settings of one migration, defaults filled in. Secrets are references until revealed, so it may be written down. */
export type MigrationConfig = zod.output<typeof migrationConfigSchema>;

/** What a person writes: only what differs from the defaults. */
export type MigrationConfigInput = zod.input<typeof migrationConfigSchema>;

/** The path of the schema is for editors. */
function withoutSchemaPath<T extends { $schema?: string | undefined }>(settings: T): Omit<T, '$schema'> {
  const copy = { ...settings };
  delete copy.$schema;
  return copy;
}
