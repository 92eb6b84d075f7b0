import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { metadataSchema } from '../../scripts/salesforce/checks/metadata-schema.ts';
import { renderDocument, type DocumentNames } from '../../scripts/salesforce/org/render-document.ts';

const NAMES: DocumentNames = {
  object: 'acme__DocListEntry__c',
  urlField: 'acme__Document__c',
  nameField: 'acme__Title__c',
  keyField: 'Our_Key__c',
  originalUrlField: 'File_Original_Url__c',
  guardRule: 'File_Migration_Guard',
  writerPermission: 'File_Migration_Writer',
  userPermissionSet: 'Open_Files',
  read: {
    Account__c: 'acme__Account__c',
    Identifier__c: null,
    ApplicableYear__c: null,
    DocType__c: 'acme__DocType__c',
    Type_Current__c: null,
  },
  redirectOrigin: 'https://docs.acme.example',
};

describe('force-app/document for other names', () => {
  let folder: string;
  let output: string;
  const read = (path: string): string => readFileSync(join(output, path), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rendered-'));
    output = join(folder, 'document');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('names the org’s own object and fields everywhere, in files and in their names', () => {
    renderDocument(NAMES, output);
    const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      const text = readFileSync(path, 'utf8');
      for (const old of ['DocListEntry__c', 'Document__c', 'File_Key__c', 'File_Migration_User', 'files.example.com']) {
        expect(text.replaceAll('acme__', 'acme.'), path).to.not.match(
          new RegExp(`(?<![\\w.])${old.replaceAll('.', '\\.')}`),
        );
      }
    }
    expect(read('default/objects/acme__DocListEntry__c/fields/Our_Key__c.field-meta.xml')).to.include(
      '<fullName>Our_Key__c<',
    );
    expect(read('default/classes/FileMigrationLinkToken.cls')).to.include('document.acme__Title__c');
    expect(existsSync(join(output, 'default/permissionsets/Open_Files.permissionset-meta.xml'))).to.equal(true);
  });

  it('grants no field that the org does not have', () => {
    renderDocument(NAMES, output);
    const set = read('default/permissionsets/File_Migration_Integration.permissionset-meta.xml');
    expect(set).to.include('acme__DocListEntry__c.acme__Account__c');
    expect(set).to.not.match(/Identifier__c|ApplicableYear__c|Type_Current__c/);
  });

  it('stays well formed', async () => {
    renderDocument(NAMES, output);
    expect(await metadataSchema.run({ root: folder, sources: ['document'], given: [] })).to.deep.equal([]);
  });

  it('can be rendered anew, but overwrites nothing of anybody else', () => {
    renderDocument(NAMES, output);
    renderDocument(NAMES, output);
    rmSync(join(output, '.rendered'));
    writeFileSync(join(output, 'mine.txt'), 'mine');
    expect(() => renderDocument(NAMES, output)).to.throw('choose another folder');
    expect(read('mine.txt')).to.equal('mine');
  });
});
