import { createOrg, type OrgOptions } from '../../../plugin/src/org/org.ts';
import type { Org, OrgNames } from '../../../plugin/src/org/port.ts';
import { INTEGRATION_USER, sessionOf } from './session-of.ts';
import {
  startSalesforceOrg,
  type OrgOptions as StandInOptions,
  type SalesforceOrg,
} from '@file-migration/stand-ins/salesforce-org/index';

/** The defaults of migration.json. */
export const names: OrgNames = {
  document: {
    object: 'DocListEntry__c',
    nameField: 'Name',
    urlField: 'Document__c',
    accountField: 'Account__c',
    accountNamePath: 'Account__r.Name',
    externalIdField: 'Identifier__c',
    keyField: 'File_Key__c',
    originalUrlField: 'File_Original_Url__c',
    where: "Type_Current__c != 'Folder'",
  },
  guardRule: 'File_Migration_Guard',
  writerPermission: 'File_Migration_Writer',
};

export { INTEGRATION_USER, sessionOf };

export type OrgWorld = {
  readonly standIn: SalesforceOrg;
  readonly org: Org;
  /** Another client of the same org. */
  open(options?: Partial<OrgOptions> & { username?: string; renewable?: boolean; apiVersion?: string }): Org;
  close(): Promise<void>;
};

/** A simulated org and the real client that reads it, as the integration user. */
export async function orgWorld(options: StandInOptions = {}): Promise<OrgWorld> {
  const standIn = await startSalesforceOrg(options);
  const opened: Org[] = [];
  const open: OrgWorld['open'] = ({
    username = INTEGRATION_USER,
    renewable = true,
    apiVersion = '68.0',
    ...more
  } = {}) => {
    const org = createOrg({
      session: sessionOf(standIn, username, renewable, apiVersion),
      names,
      backoff: { firstMs: 1, mostMs: 10 },
      poll: { firstMs: 5, mostMs: 20 },
      ...more,
    });
    opened.push(org);
    return org;
  };
  return {
    standIn,
    org: open(),
    open,
    close: async () => {
      for (const org of opened) await org.close();
      await standIn.close();
    },
  };
}

/** So many documents over so many accounts; every tenth is a folder, which is no document. Returns the account ids. */
export async function populate(standIn: SalesforceOrg, documents: number, accounts = 3): Promise<string[]> {
  const ids = Array.from({ length: accounts }, (_, i) =>
    standIn.records.insertOne('Account', { Name: `Account ${i}` }),
  );
  await standIn.records.insertDocuments(
    Array.from({ length: documents }, (_, i) => ({
      Name: `File ${i}.pdf`,
      Document__c: `https://vendor.s3.amazonaws.com/f/${i}.pdf`,
      Identifier__c: `ext-${i}`,
      Account__c: ids[i % accounts],
      Type_Current__c: i % 10 === 9 ? 'Folder' : 'Document',
    })),
  );
  return ids;
}
