/* The simulated org in a process of its own, so that its work is not counted as the service's. Says in one line of JSON
 * where it is and what it holds. */
import { startSalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';

export type BenchOrg = {
  readonly url: string;
  readonly orgId: string;
  /** Sees all documents. */
  readonly username: string;
  readonly documents: readonly string[];
};

const DOCUMENTS = 2000;
const USER = 'alice@file-migration.example';

const org = await startSalesforceOrg({ limits: { apiRequests: 1_000_000_000 } });
const base = process.env.PUBLIC_URL ?? '';
const documents = Array.from({ length: DOCUMENTS }, () => {
  const id = org.records.insertOne('DocListEntry__c', { Name: 'Plan 2026.pdf' });
  const key = `uploads/no-account/${id}/Plan_2026.pdf`;
  org.records.update(id, { Document__c: `${base}/d/${id}`, File_Key__c: key });
  org.records.share(id, USER);
  return id;
});
const answer: BenchOrg = { url: org.url, orgId: org.orgId, username: USER, documents };
console.log(JSON.stringify(answer));
