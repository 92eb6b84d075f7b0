/* What is said of deployments and of what an org answers, and taking the metadata out again by the real sf CLI. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SfProject } from '@salesforce/core';
import { PackageVersion } from '@salesforce/packaging';
import { expect } from 'chai';
import { policiesIn, policyDifferences } from '../../salesforce/org/app-policy.ts';
import { failureLines } from '../../salesforce/org/failures.ts';
import { PACKAGE, withPackageAlias } from '../../salesforce/org/package-alias.ts';
import { manifestXml, membersOf } from '../../salesforce/org/removal.ts';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { commandWorld, type CommandWorld } from '@file-migration/kit/command/command-world';

const ROOT = resolve(import.meta.dirname, '../../..');
const APP = join(ROOT, 'force-app/redirect-app');
const APP_NAME = 'File_Migration_Redirect';

describe('The reasons of a refused deployment', () => {
  it('are the failed tests where only tests failed', () => {
    const details = {
      componentFailures: [],
      runTestResult: {
        failures: [
          { name: 'OpenTest', methodName: 'opens', message: 'System.DmlException: no access', stackTrace: 'line 3' },
        ],
        codeCoverageWarnings: { name: 'FileMigrationSelector', message: 'Test coverage is 40%' },
      },
    };
    expect(failureLines({ details }, undefined)).to.deep.equal([
      'OpenTest.opens: System.DmlException: no access (line 3)',
      'FileMigrationSelector: Test coverage is 40%',
    ]);
  });

  it('are the components, one or many', () => {
    const one = { fullName: 'DocListEntry__c.File_Migration_Guard', lineNumber: '5', problem: 'too long' };
    expect(failureLines({ details: { componentFailures: one } }, undefined)).to.deep.equal([
      'DocListEntry__c.File_Migration_Guard:5: too long',
    ]);
  });

  it('are never empty', () => {
    expect(failureLines({ details: { componentFailures: [] } }, 'The org said no')).to.deep.equal(['The org said no']);
    expect(failureLines(undefined, undefined).join()).to.match(/Deployment Status/);
  });
});

describe('The policies of the External Client App', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'policies-'));
    cpSync(APP, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const oauth = 'default/extlClntAppOauthPolicies/File_Migration_Redirect_Oauth_defaultPolicy.ecaOauthPlcy-meta.xml';
  const differences = (): string[] => policyDifferences(policiesIn(APP, APP_NAME), policiesIn(folder, APP_NAME));
  const change = (edit: (xml: string) => string): void => {
    const path = join(folder, oauth);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  };

  it('are ours when the org has what we deployed', () => {
    expect(policiesIn(APP, APP_NAME)).to.have.length(2);
    expect(differences()).to.deep.equal([]);
  });

  it('are reported when everybody may authorize the app', () => {
    change((xml) => xml.replace('AdminApprovedPreAuthorized', 'AllSelfAuthorized'));
    expect(differences()).to.deep.equal([
      'permittedUsersPolicyType is AllSelfAuthorized, must be AdminApprovedPreAuthorized',
    ]);
  });

  it('are reported when the org has a second policy under another name, or none', () => {
    cpSync(join(folder, oauth), join(folder, 'default/extlClntAppOauthPolicies/Other.ecaOauthPlcy'));
    expect(differences().join()).to.match(/has 2 ExtlClntAppOauthConfigurablePolicies: .*Other/);
    rmSync(join(folder, 'default/extlClntAppOauthPolicies'), { recursive: true });
    expect(differences().join()).to.match(/no ExtlClntAppOauthConfigurablePolicies: whoever is signed in/);
  });
});

describe('The package', () => {
  const ID = '0HoKY000000000B0AQ';
  class ReachedDevHub extends Error {}
  /** Whatever is asked of the Dev Hub is as far as a dry run gets. */
  const connection = new Proxy(
    {},
    {
      get: () => {
        throw new ReachedDevHub('asked the Dev Hub');
      },
    },
  ) as never;

  /** What the CLI's own code says of a package version of this project. */
  async function create(projectFile: string, options: { packageId?: string; path?: string }): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    try {
      writeFileSync(join(folder, 'sfdx-project.json'), projectFile);
      cpSync(join(ROOT, 'force-app'), join(folder, 'force-app'), { recursive: true });
      const project = await SfProject.resolve(folder);
      await PackageVersion.create({ connection, project, versionnumber: '0.1.0.NEXT', ...options });
      return 'created';
    } catch (error) {
      return (error as Error).message;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const projectFile = readFileSync(join(ROOT, 'sfdx-project.json'), 'utf8');

  it('is found by its alias, as the workflow creates a version of it', async () => {
    expect(await create(withPackageAlias(projectFile, ID), { packageId: PACKAGE })).to.equal('asked the Dev Hub');
  });

  it('is not found without the alias: then nothing is asked of the Dev Hub', async () => {
    expect(await create(projectFile, { packageId: ID })).to.match(/defined in the sfdx-project\.json/);
    expect(await create(projectFile, { packageId: PACKAGE }))
      .to.match(/File Migration/)
      .and.not.include('Dev Hub');
  });

  it('has an id of a package, nothing else', () => {
    for (const id of ['', '04tKY000000000B', 'File Migration']) {
      expect(() => withPackageAlias(projectFile, id)).to.throw(/is no package id/);
    }
  });
});

describe('A manifest that takes a part out', () => {
  const names = (part: string): string[] =>
    membersOf(join(ROOT, 'force-app', part)).map(({ type, name }) => `${type}:${name}`);

  it('never names the customer’s object, nor all labels of the org', () => {
    expect(names('document')).to.include('CustomField:DocListEntry__c.File_Key__c');
    for (const part of ['main', 'document']) {
      expect(
        names(part).filter((name) => /^CustomLabels:|:DocListEntry__c$/.test(name)),
        part,
      ).to.deep.equal([]);
    }
  });

  it('names no child beside the object that it goes with', () => {
    expect(names('main')).to.include('CustomObject:File_Migration_Run__c');
    expect(names('main').filter((name) => /File_Migration_Run__c[.-]/.test(name))).to.deep.equal([]);
  });

  it('is well formed', () => {
    expect(manifestXml([{ type: 'ApexClass', name: 'A' }], '67.0')).to.match(
      /<types>\s*<members>A<\/members>\s*<name>ApexClass/,
    );
  });
});

describe('roll-back', () => {
  let world: CommandWorld;
  before(async () => {
    world = await commandWorld();
  });
  after(() => world.close());

  function rollBack(part: string): Promise<{ code: number; stderr: string }> {
    const script = resolve(ROOT, 'scripts/salesforce/org/roll-back.ts');
    const env = {
      ...world.environment,
      PATH: `${resolve(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
      CI: 'true',
    };
    const args = ['--conditions=@file-migration/source', script, part, '--target-org', INTEGRATION_USER, '--dry-run'];
    return new Promise((done) => {
      execFile(process.execPath, args, { env, cwd: world.folder }, (error, _, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stderr }),
      );
    });
  }

  it('removes nothing while one document holds a file key, deleted ones included', async () => {
    const key = { File_Key__c: 'uploads/a/b/c.pdf' };
    const kept = world.org.records.insertOne('DocListEntry__c', {
      Name: 'kept.pdf',
      Document__c: 'https://x.example/1',
      ...key,
    });
    const gone = world.org.records.insertOne('DocListEntry__c', {
      Name: 'gone.pdf',
      Document__c: 'https://x.example/2',
      ...key,
    });
    world.org.records.softDelete(gone);
    const both = await rollBack('document');
    expect(both.stderr).to.match(/^2 documents hold a file key.*Nothing was removed\./m);
    expect(both.code).to.equal(70);
    world.org.records.update(kept, { File_Key__c: null });
    expect((await rollBack('document')).stderr).to.match(/^1 document holds a file key/m);
    // no deployment was even asked for
    expect(world.org.requests.unknown).to.deep.equal([]);
  });

  it('removes nothing while somebody holds one of the permission sets, and says how to take them away', async () => {
    const held = await rollBack('main');
    expect(held.code).to.equal(70);
    expect(held.stderr).to.match(
      /holds File_Migration_Admin: sf data delete record .*PermissionSetAssignment --record-id \w+/,
    );
  });
});
