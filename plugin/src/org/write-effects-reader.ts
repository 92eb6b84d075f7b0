import { dataPath, type OrgClient } from './client.ts';
import type { ObjectDescription } from './org-facts.ts';
import { fewRows } from './rest-query.ts';
import { textOf } from './row.ts';
import { soqlList, soqlText } from './soql.ts';
import { attempt, type Available } from '../model/available.ts';
import type { Reader, WriteEffects } from './write-effects.ts';

/** Asks the org what writing will set off; eight API calls. What it does not tell is said so, never left empty. */
export async function readWriteEffects(
  client: OrgClient,
  object: ObjectDescription,
  fields: { readonly url: string; readonly written: readonly string[] },
): Promise<WriteEffects> {
  const ofObject = `EntityDefinition.QualifiedApiName = ${soqlText(object.name)}`;
  const names = (column: string, soql: string, resource?: 'tooling/query'): Promise<Available<readonly string[]>> =>
    attempt(async () => (await fewRows(client, soql, resource)).map((row) => textOf(row[column])));
  return {
    validationRules: await names(
      'ValidationName',
      `SELECT ValidationName FROM ValidationRule WHERE ${ofObject} AND Active = true`,
      'tooling/query',
    ),
    triggers: await names(
      'Name',
      `SELECT Name FROM ApexTrigger WHERE ${ofObject} AND Status = 'Active' ` +
        'AND (UsageBeforeUpdate = true OR UsageAfterUpdate = true)',
      'tooling/query',
    ),
    flows: await names(
      'ApiName',
      `SELECT ApiName FROM FlowDefinitionView WHERE IsActive = true ` +
        `AND TriggerObjectOrEvent.QualifiedApiName = ${soqlText(object.name)} ` +
        "AND RecordTriggerType IN ('Update', 'CreateAndUpdate')",
    ),
    workflowRules: await attempt(async () => {
      const ids = [object.name, await durableId(client, object.name)];
      const rows = await fewRows(
        client,
        `SELECT Name FROM WorkflowRule WHERE TableEnumOrId IN ${soqlList(ids)}`,
        'tooling/query',
      );
      return rows.map((row) => textOf(row.Name));
    }),
    fieldHistory: await attempt(async () => {
      const rows = await fewRows(
        client,
        `SELECT QualifiedApiName, IsFieldHistoryTracked FROM FieldDefinition WHERE ${ofObject} ` +
          `AND QualifiedApiName IN ${soqlList(fields.written)}`,
        'tooling/query',
      );
      return rows.filter((row) => row.IsFieldHistoryTracked === true).map(({ QualifiedApiName: name }) => textOf(name));
    }),
    changeDataCapture: await names(
      'EventChannel',
      `SELECT EventChannel FROM PlatformEventChannelMember WHERE SelectedEntity = ${soqlText(changeEvent(object.name))}`,
      'tooling/query',
    ),
    readers: await attempt(async () => [
      ...(await formulas(client, object.name, fields.url)),
      ...(await dependents(client, object.name, fields.url)),
    ]),
  };
}

/** `DocListEntry__c` → `DocListEntry__ChangeEvent` */
function changeEvent(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

async function durableId(client: OrgClient, object: string): Promise<string> {
  const [row] = await fewRows(
    client,
    `SELECT DurableId FROM EntityDefinition WHERE QualifiedApiName = ${soqlText(object)}`,
    'tooling/query',
  );
  return textOf(row?.DurableId);
}

/** Formula fields of the object whose formula names the field. */
async function formulas(client: OrgClient, object: string, field: string): Promise<Reader[]> {
  const path = dataPath(client.session.apiVersion, `sobjects/${encodeURIComponent(object)}/describe`);
  const { fields } = (await client.json({ path })) as { fields: { name: string; calculatedFormula: string | null }[] };
  const naming = new RegExp(String.raw`(?<!\w)${field}(?!\w)`, 'i');
  return fields
    .filter(({ calculatedFormula: formula }) => formula !== null && naming.test(formula))
    .map(({ name }) => ({ type: 'FormulaField', name }));
}

/** What Salesforce's dependency records know (a beta of the Tooling API, 2,000 rows a query). */
async function dependents(client: OrgClient, object: string, field: string): Promise<Reader[]> {
  const developerName = field.replace(/^\w+?__(?=\w+__c$)/, '').replace(/__c$/, '');
  const ids = await fewRows(
    client,
    `SELECT Id FROM CustomField WHERE DeveloperName = ${soqlText(developerName)} ` +
      `AND TableEnumOrId IN ${soqlList([object, await durableId(client, object)])}`,
    'tooling/query',
  );
  if (ids.length === 0) return [];
  const rows = await fewRows(
    client,
    'SELECT MetadataComponentName, MetadataComponentType FROM MetadataComponentDependency ' +
      `WHERE RefMetadataComponentId IN ${soqlList(ids.map((row) => textOf(row.Id)))}`,
    'tooling/query',
  );
  return rows.map((row) => ({ type: textOf(row.MetadataComponentType), name: textOf(row.MetadataComponentName) }));
}
