/* What a deployment takes, for orgs that call and make things otherwise than ours. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrationConfig, type MigrationConfigInput } from '@file-migration/config';
import { type Project } from '@file-migration/stand-ins/sfdx-project/project';
import { expect } from 'chai';
import { apexTests } from '../../salesforce/checks/apex-tests.ts';
import { apexTypes } from '../../salesforce/checks/apex-types.ts';
import { conversion } from '../../salesforce/checks/conversion.ts';
import { crossReferences } from '../../salesforce/checks/cross-references.ts';
import { documentedLimits } from '../../salesforce/checks/documented-limits.ts';
import { metadataSchema } from '../../salesforce/checks/metadata-schema.ts';
import { soqlFields } from '../../salesforce/checks/soql-fields.ts';
import { itWith } from '@file-migration/stand-ins/machine-tools';
import { stage, type OrgView } from '../../salesforce/org/stage.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A field of a customer's document object, as its metadata would say. */
type Field = { readonly type: string; readonly required?: boolean; readonly referenceTo?: string };

type Variant = {
  readonly is: string;
  readonly document: NonNullable<NonNullable<MigrationConfigInput['org']>['document']>;
  readonly fields: Readonly<Record<string, Field>>;
  readonly nameType?: 'AutoNumber';
};

const lookup: Field = { type: 'Lookup', referenceTo: 'Account' };
const text: Field = { type: 'Text' };
const VARIANTS: readonly Variant[] = [
  {
    is: 'a package’s namespace, and a name field of its own',
    document: {
      object: 'acme__DocListEntry__c',
      nameField: 'acme__Title__c',
      urlField: 'acme__Document__c',
      accountField: 'acme__Account__c',
      externalIdField: null,
      yearField: null,
      typeField: 'acme__DocType__c',
      sizeField: 'acme__Bytes__c',
      keyField: 'Our_Key__c',
      where: "acme__Kind__c = 'File' AND acme__Account__r.Name != null",
    },
    fields: {
      acme__Title__c: text,
      acme__Document__c: { type: 'Url' },
      acme__Account__c: lookup,
      acme__DocType__c: text,
      acme__Bytes__c: { type: 'Number' },
      acme__Kind__c: text,
    },
  },
  {
    is: 'a name that numbers itself, a master-detail account, and required fields',
    document: { externalIdField: 'Identifier__c', yearField: null, typeField: null, where: null },
    nameType: 'AutoNumber',
    fields: {
      Document__c: { type: 'Url', required: true },
      Account__c: { type: 'MasterDetail', referenceTo: 'Account' },
      Identifier__c: { type: 'Text', required: true },
    },
  },
  {
    is: 'no account, and no condition',
    document: {
      accountField: null,
      accountNamePath: null,
      externalIdField: null,
      yearField: null,
      typeField: null,
      where: null,
    },
    fields: { Document__c: { type: 'Url' } },
  },
];

describe('A stage of the metadata', () => {
  let folder: string;
  let staged: string;
  const read = (path: string): string => readFileSync(join(staged, path), 'utf8');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stage-'));
    staged = join(folder, 'staged');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const config = (document: Variant['document'] = {}, baseUrl?: string) =>
    migrationConfig({
      target: { bucket: 'acme-files', region: 'eu-central-1' },
      org: { document, userPermissionSet: 'Open_Files' },
      ...(baseUrl === undefined ? {} : { link: { baseUrl } }),
    });

  /** An org whose describe answers as Salesforce's: who may grant what. */
  function orgWith(fields: Variant['fields'], existing: Readonly<Record<string, readonly string[]>> = {}): OrgView {
    const described = Object.entries(fields).map(([name, { type, required }]) => ({
      name,
      permissionable: required !== true && type !== 'MasterDetail',
    }));
    return {
      fields: () => Promise.resolve([{ name: 'Name', permissionable: false }, ...described]),
      records: (type) => Promise.resolve(existing[type] ?? []),
    };
  }

  for (const { is, document, fields, nameType } of VARIANTS) {
    describe(`for an org with ${is}`, () => {
      let project: Project;
      beforeEach(async () => {
        await stage({ config: config(document), org: orgWith(fields), folder: staged });
        writeCustomersObject(join(folder, 'customer'), document.object ?? 'DocListEntry__c', fields, nameType);
        cpSync(join(ROOT, 'sfdx-project.json'), join(folder, 'sfdx-project.json'));
        const sources = readdirSync(staged, { withFileTypes: true }).filter((entry) => entry.isDirectory());
        project = { root: folder, sources: sources.map(({ name }) => `staged/${name}`), given: ['customer'] };
      });

      for (const check of [metadataSchema, documentedLimits, crossReferences, soqlFields, apexTests, conversion]) {
        it(`passes the check of ${check.name}`, async () => {
          expect(await check.run(project)).to.deep.equal([]);
        });
      }

      // names are what can break types: one org with all names of its own will do
      if (document.object !== undefined) {
        itWith('java', `passes the check of ${apexTypes.name}`, async () => {
          expect(await apexTypes.run(project)).to.deep.equal([]);
        });
      }

      it('grants the integration user every field that the migration goes by, and users what opening needs', () => {
        const object = document.object ?? 'DocListEntry__c';
        const grantable = Object.entries(fields)
          .filter(([, { type, required }]) => required !== true && type !== 'MasterDetail')
          .map(([name]) => name);
        const own = [document.keyField ?? 'File_Key__c', 'File_Original_Url__c'];
        expect(grantsOf('File_Migration_Integration', object)).to.have.members([...grantable, ...own]);
        const opening = [document.urlField ?? 'Document__c', document.nameField ?? 'Name'];
        expect(grantsOf('Open_Files', object)).to.have.members([
          ...opening.filter((name) => grantable.includes(name)),
          ...own,
        ]);
      });
    });
  }

  function grantsOf(set: string, object: string): string[] {
    const xml = read(`document/default/permissionsets/${set}.permissionset-meta.xml`);
    return [...xml.matchAll(new RegExp(`<field>${object}\\.(\\w+)</field>`, 'g'))].map(([, field = '']) => field);
  }

  it('is the source itself for the default names', async () => {
    await stage({ config: undefined, org: undefined, folder: staged });
    for (const part of ['main', 'document', 'settings']) {
      const source = join(ROOT, 'force-app', part);
      const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && !entry.parentPath.includes('__tests__'),
      );
      for (const file of files) {
        const path = join(file.parentPath, file.name);
        expect(read(join(part, path.slice(source.length))), path).to.equal(readFileSync(path, 'utf8'));
      }
    }
  });

  it('leaves records of custom metadata alone that the org has already', async () => {
    const org = orgWith(VARIANTS[2]?.fields ?? {}, {
      File_Migration_Setting__mdt: ['Default'],
      File_Migration_Milestone__mdt: ['Backup', 'Own_Step'],
    });
    await stage({ config: config(VARIANTS[2]?.document, 'https://files.acme.test'), org, folder: staged });
    expect(readdirSync(join(staged, 'settings/default/customMetadata')).sort()).to.deep.equal([
      'File_Migration_Link_Setting.Default.md-meta.xml',
      'File_Migration_Milestone.Done.md-meta.xml',
      'File_Migration_Milestone.Switch.md-meta.xml',
      'File_Migration_Milestone.Verify.md-meta.xml',
    ]);
    expect(read('settings/default/customMetadata/File_Migration_Link_Setting.Default.md-meta.xml')).to.include(
      '>https://files.acme.test<',
    );
  });

  async function refusal(options: Parameters<typeof stage>[0]): Promise<string> {
    return stage(options).then(
      () => expect.fail('it was staged'),
      (error: unknown) => (error as Error).message,
    );
  }

  it('is refused while an example address would become a setting', async () => {
    const example = config({}, 'https://files.example.com');
    expect(await refusal({ config: example, org: undefined, folder: staged })).to.match(
      /link\.baseUrl[\s\S]*Link_Setting.*https:\/\/files\.example\.com/,
    );
  });

  it('is refused where the org lacks the object or a field', async () => {
    const none: OrgView = { fields: () => Promise.resolve(undefined), records: () => Promise.resolve([]) };
    expect(await refusal({ config: config(), org: none, folder: staged })).to.match(/no object DocListEntry__c/);
    const without = orgWith({ Document__c: { type: 'Url' } });
    expect(await refusal({ config: config({ sizeField: 'Size__c' }), org: without, folder: staged })).to.match(
      /has no field .*Size__c/,
    );
  });

  it('can be written anew, but overwrites nothing of anybody else', async () => {
    const options = { config: undefined, org: undefined, folder: staged };
    await stage(options);
    await stage(options);
    rmSync(join(staged, '.staged'));
    writeFileSync(join(staged, 'mine.txt'), 'mine');
    expect(await refusal(options)).to.include('choose another folder');
    expect(read('mine.txt')).to.equal('mine');
  });
});

function writeCustomersObject(folder: string, object: string, fields: Variant['fields'], nameType = 'Text'): void {
  const below = join(folder, 'default/objects', object);
  mkdirSync(join(below, 'fields'), { recursive: true });
  const xml = (root: string, body: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${root}>\n`;
  const name = `<nameField><label>Name</label><type>${nameType}</type></nameField>`;
  const sharing = '<deploymentStatus>Deployed</deploymentStatus><sharingModel>Private</sharingModel>';
  writeFileSync(
    join(below, `${object}.object-meta.xml`),
    xml(
      'CustomObject',
      `<description>d</description><label>Document</label><pluralLabel>Documents</pluralLabel>${name}${sharing}`,
    ),
  );
  for (const [field, { type, required, referenceTo }] of Object.entries(fields)) {
    const body = [
      `<fullName>${field}</fullName><description>d</description><label>${field.slice(0, 30)}</label><type>${type}</type>`,
      required === undefined ? '' : `<required>${required}</required>`,
      type === 'Text' ? '<length>255</length>' : '',
      type === 'Number' ? '<precision>18</precision><scale>0</scale>' : '',
      referenceTo === undefined
        ? ''
        : `<referenceTo>${referenceTo}</referenceTo><relationshipName>Docs</relationshipName>`,
    ].join('');
    writeFileSync(join(below, 'fields', `${field}.field-meta.xml`), xml('CustomField', body));
  }
}
