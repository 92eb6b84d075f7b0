/* What migration.json calls things by default is what the metadata brings. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrationConfig } from '@file-migration/config';
import { expect } from 'chai';
import { takeInventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { projectAt } from '@file-migration/stand-ins/sfdx-project/project';
import { vendorFields, ownFields } from '@file-migration/stand-ins/salesforce-org/objects/document';

const ROOT = resolve(import.meta.dirname, '../..');

describe('The names of the Salesforce side', () => {
  const inventory = takeInventory(projectAt(ROOT));
  const { org } = migrationConfig({ target: { bucket: 'example-files', region: 'eu-central-1' } });

  it('are the defaults of migration.json', () => {
    const fields = inventory.objects.get(org.document.object)?.fields;
    expect([...(fields?.keys() ?? [])]).to.include.members(
      [org.document.urlField, org.document.keyField, org.document.originalUrlField].map((name) => name.toLowerCase()),
    );
    expect(inventory.names('validationRule')).to.include(org.guardRule);
    expect(inventory.names('customPermission')).to.include(org.writerPermission);
    expect(inventory.names('permissionset')).to.include.keys(
      org.userPermissionSet,
      'File_Migration_Admin',
      'File_Migration_Viewer',
      'File_Migration_Integration',
    );
  });

  it('are those of the simulated org', () => {
    const fields = inventory.objects.get('DocListEntry__c')?.fields;
    const simulated = [...vendorFields, ...ownFields].map(({ name }) => name.toLowerCase());
    expect([...(fields?.keys() ?? [])].sort()).to.deep.equal(simulated.sort());
  });
});

describe('sf project convert source', () => {
  it('makes a package that can be deployed, without the vendor’s object', () => {
    const folder = mkdtempSync(join(tmpdir(), 'converted-'));
    try {
      const sf = join(ROOT, 'node_modules/.bin/sf');
      const args = ['project', 'convert', 'source', '--output-dir', folder];
      const sources = ['--source-dir', 'force-app/main', '--source-dir', 'force-app/document'];
      const env = { ...process.env, HOME: folder, SF_DISABLE_TELEMETRY: 'true', CI: 'true' };
      execFileSync(sf, [...args, ...sources], { cwd: ROOT, env, stdio: 'pipe' });
      const manifest = readFileSync(join(folder, 'package.xml'), 'utf8');
      for (const member of ['File_Migration_Run__c', 'DocListEntry__c.File_Migration_Guard', 'fileMigrationStatus']) {
        expect(manifest).to.include(`<members>${member}</members>`);
      }
      const object = readFileSync(join(folder, 'objects/DocListEntry__c.object'), 'utf8');
      expect(object).to.include('File_Key__c').and.not.include('Parent_Folder__c');
      expect(existsSync(join(folder, 'lwc/fileMigrationStatus/__tests__'))).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
