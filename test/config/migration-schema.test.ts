import {
  loadMigrationConfig,
  migrationConfig,
  migrationJsonSchema,
  type MigrationConfigInput,
} from '@file-migration/config';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'config');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

describe('migration.schema.json', () => {
  const validate = new Ajv({ allErrors: true }).compile(read('migration.schema.json') as object);

  it('is what the code says today; else run: npm run schemas', () => {
    expect(read('migration.schema.json')).to.deep.equal(JSON.parse(JSON.stringify(migrationJsonSchema())));
  });

  it('describes every field', () => {
    const bare: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (!isNode(node)) return;
      for (const [key, field] of Object.entries(isNode(node.properties) ? node.properties : {})) {
        if (isNode(field) && typeof field.description !== 'string') bare.push(`${path}.${key}`);
        visit(field, `${path}.${key}`);
      }
      visit(node.additionalProperties, `${path}.*`);
    };
    visit(read('migration.schema.json'), '');
    expect(bare).to.deep.equal([]);
  });

  it('takes comments at every depth and refuses unknown keys', () => {
    const smallest = { target: { bucket: 'my-files', region: 'eu-central-1' } };
    expect(
      validate({ ...smallest, '//': 1, source: { '// x': [], hosts: { '//': 'x' } } }),
      JSON.stringify(validate.errors),
    ).to.equal(true);
    expect(validate({ ...smallest, sourc: {} })).to.equal(false);
    expect(validate({ ...smallest, source: { hosts: { 'UPPER.example': {} } } })).to.equal(false);
  });

  describe('and the example', () => {
    it('agree', () => {
      expect(validate(read('migration.example.json')), JSON.stringify(validate.errors)).to.equal(true);
    });

    it('load as they are', () => {
      const env = { TARGET_ACCESS_KEY_ID: 'a', TARGET_SECRET_ACCESS_KEY: 'b', VENDOR_API_TOKEN: 'c' };
      const { warnings } = loadMigrationConfig({ file: 'migration.example.json', cwd: folder, env });
      expect(warnings).to.deep.equal([]);
    });

    it('show the defaults, where no comment says otherwise', () => {
      const example = migrationConfig(read('migration.example.json') as MigrationConfigInput);
      const defaults = migrationConfig({ target: { bucket: 'my-files', region: 'eu-central-1' } });
      for (const section of ['filters', 'backup', 'switch', 'certify', 'publish', 'key', 'catalog', 'logs'] as const) {
        expect(example[section], section).to.deep.equal(defaults[section]);
      }
      expect(example.org.document).to.deep.equal(defaults.org.document);
      expect(example.source.archived).to.deep.equal(defaults.source.archived);
      expect(example.target.storageClass).to.equal(defaults.target.storageClass);
      expect(example.target.encryption).to.deep.equal(defaults.target.encryption);
    });

    it('name every section', () => {
      const sections = (migrationJsonSchema().properties ?? {}) as Node;
      expect(Object.keys(read('migration.example.json') as Node)).to.include.members(Object.keys(sections));
    });
  });
});
