import type { FieldDescription } from './objects/description.ts';
import { packageRecords } from './objects/package.ts';
import type { Org } from './org.ts';
import type { RecordInput } from './store/field-values.ts';

/** The organization, what the Tooling API tells about objects, fields and automation, and the package's custom metadata. */
export function writeSetupRows(org: Org): void {
  const { store, schema, options } = org;
  const insert = (object: string, record: RecordInput): string =>
    store.insert(schema.get(object), record, org.firstUser);
  const rows = options.setupRows ?? {};
  store.transaction(() => {
    for (const meta of schema.all()) {
      if (meta.setup && (meta.tooling || meta.name === 'Organization' || meta.name === 'FlowDefinitionView')) {
        store.db.exec(`DELETE FROM "${meta.name}"`);
      }
    }
    insert('Organization', {
      Id: org.orgId,
      Name: options.orgName ?? 'Simulated Org',
      InstanceName: 'SIM1',
      OrganizationType: 'Enterprise Edition',
      TimeZoneSidKey: 'GMT',
      LanguageLocaleKey: 'en_US',
      DefaultLocaleSidKey: 'en_US',
      IsSandbox: options.sandbox ?? false,
    });
    for (const meta of schema.all().filter((candidate) => !candidate.setup)) {
      const entity = insert('EntityDefinition', {
        QualifiedApiName: meta.name,
        DeveloperName: meta.name.replace(/__(c|e|mdt)$/, ''),
        DurableId: meta.name,
        KeyPrefix: meta.keyPrefix,
        Label: meta.label ?? meta.name,
        InternalSharingModel: meta.sharing === 'private' ? 'Private' : 'ReadWrite',
        ExternalSharingModel: 'Private',
        IsCustomizable: true,
      });
      for (const field of meta.fields) {
        insert('FieldDefinition', {
          QualifiedApiName: field.name,
          DeveloperName: field.name.replace(/__c$/, ''),
          DurableId: `${meta.name}.${field.name}`,
          DataType: dataType(field),
          Label: field.label ?? field.name,
          EntityDefinitionId: entity,
          Length: field.length,
          IsFieldHistoryTracked: meta === org.documents && (options.fieldHistory ?? []).includes(field.name),
        });
        if (!field.name.endsWith('__c')) continue;
        const custom = insert('CustomField', {
          DeveloperName: field.name.replace(/__c$/, '').replace(/^.*__/, ''),
          TableEnumOrId: meta.name,
        });
        for (const dependent of meta === org.documents ? (options.dependents ?? []) : []) {
          if (dependent.field !== field.name) continue;
          insert('MetadataComponentDependency', {
            MetadataComponentName: dependent.name,
            MetadataComponentType: dependent.type,
            RefMetadataComponentId: custom,
            RefMetadataComponentName: field.name.replace(/__c$/, ''),
            RefMetadataComponentType: 'CustomField',
          });
        }
      }
    }
    const entityId = (object: string): string | undefined => {
      const meta = schema.get('EntityDefinition');
      const field = meta.fieldsByName.get('qualifiedapiname');
      const found = field && store.findBy(meta, field, object)[0];
      return found && String(found.Id);
    };
    for (const rule of org.rules.validationRules) {
      insert('ValidationRule', {
        ValidationName: rule.name,
        FullName: `${rule.object}.${rule.name}`,
        EntityDefinitionId: entityId(rule.object),
        ErrorDisplayField: rule.field,
        ErrorMessage: rule.message,
        Active: rule.active ?? true,
      });
    }
    for (const automation of org.rules.automations) {
      if (automation.kind === 'trigger') {
        insert('ApexTrigger', {
          Name: automation.name,
          TableEnumOrId: automation.object,
          EntityDefinitionId: entityId(automation.object),
          Status: automation.active === false ? 'Inactive' : 'Active',
          UsageAfterUpdate: true,
        });
      } else {
        insert('FlowDefinitionView', {
          ApiName: automation.name,
          Label: automation.name,
          ProcessType: 'AutoLaunchedFlow',
          TriggerType: 'RecordAfterSave',
          RecordTriggerType: 'Update',
          TriggerObjectOrEventId: entityId(automation.object),
          TriggerObjectOrEventLabel: schema.get(automation.object).label ?? automation.object,
          IsActive: automation.active ?? true,
        });
      }
    }
    for (const name of options.workflowRules ?? []) {
      insert('WorkflowRule', { Name: name, TableEnumOrId: org.documents.name });
    }
    if (options.changeDataCapture === true) {
      const entity = org.documents.name.replace(/__c$/, '__ChangeEvent');
      insert('PlatformEventChannelMember', { SelectedEntity: entity, EventChannel: 'ChangeEvents' });
    }
    if (options.deployed ?? true) {
      const inserted = packageRecords();
      for (const object of new Set(inserted.map((each) => each.object))) store.db.exec(`DELETE FROM "${object}"`);
      for (const { object, record } of inserted) insert(object, record);
    }
    for (const [object, records] of Object.entries(rows)) records.forEach((record) => insert(object, record));
  });
}

function dataType(field: FieldDescription): string {
  switch (field.type) {
    case 'string':
      return `Text(${field.length ?? 255})`;
    case 'url':
      return `URL(${field.length ?? 255})`;
    case 'reference':
      return `Lookup(${(field.referenceTo ?? []).join(',')})`;
    case 'datetime':
      return 'Date/Time';
    case 'boolean':
      return 'Checkbox';
    default:
      return field.type.charAt(0).toUpperCase() + field.type.slice(1);
  }
}
