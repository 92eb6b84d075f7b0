/* Every offline check of the Salesforce side passes as things are, and fails on a sample that it must reject. */
import { expect } from 'chai';
import type { Check } from '../../salesforce/check.ts';
import { apexRules } from '../../salesforce/checks/apex-rules.ts';
import { apexTests } from '../../salesforce/checks/apex-tests.ts';
import { apexTypes } from '../../salesforce/checks/apex-types.ts';
import { bareDeployment } from '../../salesforce/checks/bare-deployment.ts';
import { conversion } from '../../salesforce/checks/conversion.ts';
import { crossReferences } from '../../salesforce/checks/cross-references.ts';
import { documentedLimits } from '../../salesforce/checks/documented-limits.ts';
import { format } from '../../salesforce/checks/format.ts';
import { lwcRules } from '../../salesforce/checks/lwc-rules.ts';
import { lwcTests } from '../../salesforce/checks/lwc-tests.ts';
import { metadataSchema } from '../../salesforce/checks/metadata-schema.ts';
import { removalOrder } from '../../salesforce/checks/removal-order.ts';
import { slds } from '../../salesforce/checks/slds.ts';
import { soqlFields } from '../../salesforce/checks/soql-fields.ts';
import { describeWith } from '@file-migration/stand-ins/machine-tools';
import { BrokenProject } from './broken-project.ts';

type Sample = {
  readonly is: string;
  readonly file: string;
  readonly edit: (text: string) => string;
  readonly says: RegExp;
};

const MAIN = 'force-app/main/default';
const DOCUMENT = 'force-app/document/default';
const SELECTOR = `${MAIN}/classes/FileMigrationSelector.cls`;
const CONTROLLER = `${MAIN}/classes/FileMigrationStatusController.cls`;
const VIEWER = `${MAIN}/permissionsets/File_Migration_Viewer.permissionset-meta.xml`;
const RUN = `${MAIN}/objects/File_Migration_Run__c`;
const STATUS = `${MAIN}/lwc/fileMigrationStatus/fileMigrationStatus`;
const GUARD = `${DOCUMENT}/objects/DocListEntry__c/validationRules/File_Migration_Guard.validationRule-meta.xml`;

const STATUS_TEST = `${MAIN}/classes/FileMigrationStatusControllerTest.cls`;
const USER_FACTORY = `${MAIN}/classes/FileMigrationTestUserFactory.cls`;
const OPEN_TEST = `${DOCUMENT}/classes/FileMigrationOpenControllerTest.cls`;

const replaced = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

const SAMPLES: readonly (readonly [Check, readonly Sample[]])[] = [
  [
    format,
    [
      {
        is: 'badly indented Apex',
        file: SELECTOR,
        edit: replaced('  public static', '      public static'),
        says: /formatted/,
      },
      { is: 'Apex that does not parse', file: SELECTOR, edit: replaced('return [', 'return [['), says: /./ },
    ],
  ],
  [
    metadataSchema,
    [
      {
        is: 'an unknown element',
        file: VIEWER,
        edit: replaced(/hasActivationRequired/g, 'hasActivationRequred'),
        says: /unknown element <hasActivationRequred>/,
      },
      {
        is: 'a value outside the enumeration',
        file: `${RUN}/File_Migration_Run__c.object-meta.xml`,
        edit: replaced('<sharingModel>Read<', '<sharingModel>Public<'),
        says: /'Public' is none of/,
      },
      { is: 'a missing element', file: VIEWER, edit: replaced(/<label>.*<\/label>/, ''), says: /<label> is missing/ },
      { is: 'a file that is not well formed', file: VIEWER, edit: replaced('</label>', '</lable>'), says: /line \d+/ },
      {
        is: 'a number that is none',
        file: `${RUN}/fields/Sequence__c.field-meta.xml`,
        edit: replaced('<precision>18<', '<precision>many<'),
        says: /no number/,
      },
    ],
  ],
  [
    documentedLimits,
    [
      {
        is: 'a description that is longer than a validation rule’s may be',
        file: GUARD,
        edit: replaced('<description>', `<description>${'Long. '.repeat(40)}`),
        says: /description of File_Migration_Guard has \d+ characters; Salesforce stores 255/,
      },
      {
        is: 'a description that is longer than a permission set’s may be',
        file: VIEWER,
        edit: replaced('<description>', `<description>${'Long. '.repeat(40)}`),
        says: /description has \d+ characters; Salesforce stores 255/,
      },
      {
        is: 'a help text that is too long',
        file: `${DOCUMENT}/objects/DocListEntry__c/fields/File_Key__c.field-meta.xml`,
        edit: replaced('<inlineHelpText>', `<inlineHelpText>${'Long. '.repeat(90)}`),
        says: /inlineHelpText of File_Key__c/,
      },
      {
        is: 'a field’s label that is too long',
        file: `${DOCUMENT}/objects/DocListEntry__c/fields/File_Key__c.field-meta.xml`,
        edit: replaced('<label>', `<label>${'Long. '.repeat(8)}`),
        says: /label of File_Key__c has \d+ characters; Salesforce stores 40/,
      },
      {
        is: 'a custom label that is too long',
        file: `${MAIN}/labels/CustomLabels.labels-meta.xml`,
        edit: replaced('<value>', `<value>${'Long. '.repeat(200)}`),
        says: /value of \w+ has \d+ characters; Salesforce stores 1000/,
      },
      {
        is: 'a formula that is too long',
        file: GUARD,
        edit: replaced('NOT(ISNEW()),', 'NOT(ISNEW()), '.repeat(300)),
        says: /errorConditionFormula .* 3900/,
      },
      {
        is: 'a formula that a blank value passes',
        file: GUARD,
        edit: replaced('FIND("/" &amp; CASESAFEID(Id) &amp; "/", Document__c) > 0', 'CONTAINS(Document__c, Id)'),
        says: /uses CONTAINS, which is TRUE for a blank value/,
      },
    ],
  ],
  [
    apexTests,
    [
      {
        is: 'set-up that writes in user mode',
        file: STATUS_TEST,
        edit: replaced('insert as system new List<File_Migration_Run__c>', 'insert new List<File_Migration_Run__c>'),
        says: /say as system/,
      },
      {
        is: 'set-up that queries in user mode',
        file: USER_FACTORY,
        edit: replaced('WITH SYSTEM_MODE', ''),
        says: /say WITH SYSTEM_MODE/,
      },
      {
        is: 'a profile by its English name',
        file: USER_FACTORY,
        edit: replaced("UserType = 'Standard'", "Name = 'Standard User'"),
        says: /in the org’s language/,
      },
      {
        is: 'fields of the customer’s object set in Apex, where its name may number itself',
        file: OPEN_TEST,
        edit: replaced(
          'String payload =',
          "DocListEntry__c mine = new DocListEntry__c(Name = 'x');\n    String payload =",
        ),
        says: /sets fields of DocListEntry__c, of which some may be read-only/,
      },
      {
        is: 'a record of the customer’s object',
        file: OPEN_TEST,
        edit: replaced(
          'String payload =',
          'DocListEntry__c mine = document();\n    insert as system mine;\n    String payload =',
        ),
        says: /writes DocListEntry__c, whose required fields/,
      },
    ],
  ],
  [
    bareDeployment,
    [
      {
        is: 'the customer’s object as a package directory',
        file: 'sfdx-project.json',
        edit: replaced(
          '{ "path": "force-app/document" }',
          '{ "path": "force-app/document" }, { "path": "test/org-metadata" }',
        ),
        says: /test\/org-metadata: a bare deployment would overwrite/,
      },
      {
        is: 'settings in a package directory above them',
        file: 'sfdx-project.json',
        edit: replaced('{ "path": "force-app/document" }', '{ "path": "force-app" }'),
        says: /package directory force-app:/,
      },
      {
        is: 'an example address in a setting',
        file: 'force-app/settings/default/customMetadata/File_Migration_Link_Setting.Default.md-meta.xml',
        edit: replaced('<value xsi:nil="true" />', '<value xsi:type="xsd:string">https://files.example.com</value>'),
        says: /deployed as it stands: .*files\.example\.com/,
      },
    ],
  ],
  [
    removalOrder,
    [
      {
        is: 'a panel that needs a class which leaves before it',
        file: CONTROLLER,
        edit: replaced('FileMigrationSelector.settings()', 'FileMigrationLinkSettings.load()'),
        says: /refers to the ApexClass FileMigrationLinkSettings, which leaves the org before it/,
      },
      {
        is: 'a panel that shows a component which leaves before it',
        file: `${STATUS}.html`,
        edit: replaced('<template>', '<template><c-file-migration-document></c-file-migration-document>'),
        says: /LightningComponentBundle fileMigrationDocument, which leaves/,
      },
    ],
  ],
  [
    crossReferences,
    [
      {
        is: 'a home page on a phone',
        file: `${STATUS}.js-meta.xml`,
        edit: replaced('targets="lightning__AppPage"', 'targets="lightning__AppPage,lightning__HomePage"'),
        says: /offers lightning__HomePage on another form factor/,
      },
      {
        is: 'a tab whose icon is another than its name',
        file: `${MAIN}/tabs/File_Migration_Error__c.tab-meta.xml`,
        edit: replaced('Custom53: Bell', 'Custom48: Compass'),
        says: /motif Custom48: Compass/,
      },
      {
        is: 'a grant on a required field',
        file: 'test/org-metadata/default/objects/DocListEntry__c/fields/Document__c.field-meta.xml',
        edit: replaced('<required>false<', '<required>true<'),
        says: /grants the required field DocListEntry__c\.Document__c/,
      },
      {
        is: 'a grant on a master-detail field',
        file: 'test/org-metadata/default/objects/DocListEntry__c/fields/Account__c.field-meta.xml',
        edit: replaced('<type>Lookup<', '<type>MasterDetail<'),
        says: /grants the master-detail field DocListEntry__c\.Account__c/,
      },
      {
        is: 'a grant on a field that is not there',
        file: VIEWER,
        edit: replaced('File_Migration_Run__c.Rate__c', 'File_Migration_Run__c.Pace__c'),
        says: /Pace__c, which does not exist/,
      },
      {
        is: 'a right without the rights it needs',
        file: VIEWER,
        edit: replaced('<modifyAllRecords>false<', '<modifyAllRecords>true<'),
        says: /modifyAllRecords needs/,
      },
      {
        is: 'a list view with an unknown column',
        file: `${RUN}/listViews/All.listView-meta.xml`,
        edit: replaced('Mode__c', 'Modus__c'),
        says: /Modus__c, which does not exist/,
      },
      {
        is: 'a custom metadata value of the wrong type',
        file: 'force-app/settings/default/customMetadata/File_Migration_Milestone.Backup.md-meta.xml',
        edit: replaced('xsd:double', 'xsd:string'),
        says: /is a Number, its value a xsd:string/,
      },
      {
        is: 'a tab on a page that is not there',
        file: `${MAIN}/tabs/File_Migration.tab-meta.xml`,
        edit: replaced('<flexiPage>File_Migration<', '<flexiPage>File_Migrations<'),
        says: /Lightning page File_Migrations/,
      },
      {
        is: 'a page with a component that is not exposed to it',
        file: `${STATUS}.js-meta.xml`,
        edit: replaced('<target>lightning__AppPage</target>', ''),
        says: /not exposed to lightning__AppPage/,
      },
      {
        is: 'an import of Apex that is not @AuraEnabled',
        file: CONTROLLER,
        edit: replaced(
          /@AuraEnabled\(cacheable=true\)\s+public static List<File_Migration_Run__c>/,
          'public static List<File_Migration_Run__c>',
        ),
        says: /getRuns, which is no @AuraEnabled/,
      },
      {
        is: 'a wire to Apex that is not cacheable',
        file: CONTROLLER,
        edit: replaced('@AuraEnabled(cacheable=true)', '@AuraEnabled'),
        says: /not cacheable/,
      },
      {
        is: 'a label that is not there',
        file: `${STATUS}.js`,
        edit: replaced('c.File_Migration_Title', 'c.File_Migration_Titel'),
        says: /label File_Migration_Titel/,
      },
      {
        is: 'a label that nobody uses',
        file: `${STATUS}.js`,
        edit: replaced(/import RUNBOOK .*\n/, ''),
        says: /nobody uses the label File_Migration_Runbook/,
      },
      {
        is: 'a component that is not there',
        file: `${STATUS}.html`,
        edit: replaced(/c-file-migration-gates/g, 'c-file-migration-gate'),
        says: /fileMigrationGate, which/,
      },
      {
        is: 'a guard on a field that is not there',
        file: GUARD,
        edit: replaced('ISCHANGED(Document__c)', 'ISCHANGED(Dokument__c)'),
        says: /Dokument__c, which does not exist/,
      },
      {
        is: 'a guard on a permission that is not there',
        file: GUARD,
        edit: replaced('File_Migration_Writer', 'Writer'),
        says: /custom permission Writer/,
      },
      {
        is: 'another API version',
        file: `${CONTROLLER}-meta.xml`,
        edit: replaced('67.0', '60.0'),
        says: /API version 60\.0/,
      },
      {
        is: 'a secret in the External Client App',
        file: `force-app/redirect-app/default/extlClntAppGlobalOauthSets/File_Migration_Redirect_GlobalOauth.ecaGlblOauth-meta.xml`,
        edit: replaced('<label>', '<consumerSecret>x</consumerSecret><label>'),
        says: /holds a secret/,
      },
    ],
  ],
  [
    soqlFields,
    [
      {
        is: 'a field that is not there',
        file: SELECTOR,
        edit: replaced('Milestone__c,', 'Meilenstein__c,'),
        says: /no field Meilenstein__c on File_Migration_Run__c/,
      },
      {
        is: 'an object that is not there',
        file: SELECTOR,
        edit: replaced('FROM File_Migration_Run__c', 'FROM File_Migration_Runs__c'),
        says: /no object File_Migration_Runs__c/,
      },
    ],
  ],
  [
    lwcRules,
    [
      {
        is: 'a component that writes its own @api property',
        file: `${MAIN}/lwc/fileMigrationGates/fileMigrationGates.js`,
        edit: replaced(
          '  get hasGates() {',
          '  connectedCallback() {\n    this.snapshot = undefined;\n  }\n\n  get hasGates() {',
        ),
        says: /no-api-reassignments/,
      },
      {
        is: 'inner HTML',
        file: `${STATUS}.js`,
        edit: replaced('    this.stopClock();\n    this.nudges', '    this.template.innerHTML = "";\n    this.nudges'),
        says: /inner-html/i,
      },
    ],
  ],
  [
    slds,
    [
      {
        is: 'a hard-coded color',
        file: `${STATUS}.css`,
        edit: replaced('position: relative;', 'position: relative;\n  color: #ff0000;'),
        says: /no-hardcoded/,
      },
    ],
  ],
  [
    lwcTests,
    [
      {
        is: 'a component that calls almost all of it all',
        file: `${MAIN}/lwc/fileMigrationText/fileMigrationText.js`,
        edit: replaced('rounded === 1 ? 0.999', 'rounded === 1 ? 1'),
        says: /never calls something all or none/,
      },
    ],
  ],
  [
    apexTypes,
    [
      {
        is: 'an unknown method',
        file: CONTROLLER,
        edit: replaced('FileMigrationSelector.runs()', 'FileMigrationSelector.allRuns()'),
        says: /allRuns/,
      },
      {
        is: 'an unknown field',
        file: `${DOCUMENT}/classes/FileMigrationLinkToken.cls`,
        edit: replaced('document.File_Key__c', 'document.File_Kee__c'),
        says: /File_Kee__c/,
      },
    ],
  ],
  [
    apexRules,
    [
      {
        is: 'a query that asks nobody for permission',
        file: SELECTOR,
        edit: (text) => text.replaceAll('WITH USER_MODE', '').replace('with sharing', 'without sharing'),
        says: /ApexCRUDViolation/,
      },
    ],
  ],
];

const SLOW: ReadonlySet<Check> = new Set([apexTypes, apexRules, lwcTests]);

describe('The Salesforce checks', function () {
  let broken: BrokenProject;
  before(() => {
    broken = new BrokenProject();
  });
  after(() => broken.remove());

  for (const [check, samples] of SAMPLES) {
    const suite = (): void => {
      // the slow ones run over things as they are in npm run check:salesforce
      if (!SLOW.has(check)) {
        it('passes as things are', async () => {
          expect(await check.run(broken.project)).to.deep.equal([]);
        });
      }

      for (const { is, file, edit, says } of samples) {
        it(`rejects ${is}`, async () => {
          const restore = broken.change(file, edit);
          try {
            const messages = (await check.run(broken.project)).map(({ message }) => message);
            expect(
              messages.some((message) => says.test(message)),
              messages.join('\n') || 'no problem found',
            ).to.equal(true);
          } finally {
            restore();
          }
        });
      }
    };
    if (check.needsJava === true) describeWith('java', check.name, suite);
    else describe(check.name, suite);
  }

  it('reject a file that no deployment would take along', async () => {
    const remove = broken.add(`${MAIN}/classes/Stray.clss`, 'public class Stray {}');
    try {
      const found = await conversion.run(broken.project);
      expect(found.map(({ file }) => file).join()).to.include('Stray.clss');
    } finally {
      remove();
    }
    expect(await conversion.run(broken.project)).to.deep.equal([]);
  });
});
