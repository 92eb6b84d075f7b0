import type { RecordInput } from '@file-migration/stand-ins/salesforce-org/store/field-values';

/** A catalog's id; published external ids begin with it. */
export const CATALOG = '0f7c1d9e-5a55-4f0c-9d3a-6a1b2c3d4e5f';
const MINUTE_MS = 60_000;

/** A run as docs/publishing-contract.md says it is published; the counts are those of a backup half-way. */
export function publishedRun(now: number, changes: RecordInput = {}): RecordInput {
  const at = (minutes: number): string => new Date(now - minutes * MINUTE_MS).toISOString();
  return {
    Name: 'Run 7',
    External_Id__c: `${CATALOG}:run:7`,
    Catalog_Id__c: CATALOG,
    Run_Number__c: 7,
    Type__c: 'backup',
    Mode__c: 'full',
    Status__c: 'running',
    Milestone__c: 'Backup',
    Started__c: at(118),
    Heartbeat__c: at(0.2),
    Sequence__c: 1412,
    Documents__c: 1_299_245,
    Switched__c: 0,
    Verified__c: 811_902,
    Copied__c: 1_204,
    Discovered__c: 470_312,
    Changed__c: 318,
    Failed__c: 41,
    Missing__c: 9_377,
    Denied__c: 212,
    Archived__c: 1_055,
    Skipped__c: 4_824,
    Deleted__c: 0,
    Evidence_A__c: 640_113,
    Evidence_B__c: 121_870,
    Evidence_C__c: 8_114,
    Evidence_D__c: 41_805,
    Evidence_E__c: 1_204,
    Bytes__c: 1_063_411_000_000,
    Accounts__c: 26_333,
    Remaining__c: 470_312,
    Processed__c: 828_933,
    Succeeded__c: 813_106,
    Not_Succeeded__c: 15_827,
    Bytes_Copied__c: 1_063_411_000_000,
    Rate__c: 121.4,
    Bytes_Rate__c: 158_700_000,
    Seconds_Left__c: 3_874,
    Next_Step__c: 'wait, or watch it: sf migrate files status --watch',
    Snapshot__c: JSON.stringify({
      version: 1,
      throughput: { intervalSeconds: 60, points: throughput(now) },
      gatesAt: Math.round(now / 1000) - 7_200,
      gates: publishedGates,
    }),
    ...changes,
  };
}

/** What the gates found two hours ago: two are red, one is ignored. */
const publishedGates = [
  gate('documents', 'There is something to switch', '811,902 documents of 18,210 accounts', 'at least 1'),
  gate(
    'evidence',
    'Every copy is proved well enough',
    '1,204 documents with weaker evidence',
    'none below D',
    'sf migrate files verify --mode full',
  ),
  gate('target-heads', 'Every copy is where it was written', '811,902 looked at; 0 objects differ', 'none differs'),
  gate('backup-age', 'The last complete backup is recent', 'last complete backup 2 h 07 min ago', 'at most 24 h'),
  {
    ...gate(
      'drift',
      'Few documents changed since the backup',
      '2.1 % written since',
      'at most 1 %',
      'sf migrate files backup',
    ),
    ignored: true,
  },
  gate('link-length', 'Links and keys fit their fields', 'the longest value fits', 'link, key and original URL fit'),
  gate('fields', 'Our fields are deployed and writable', 'all three fields can be written', 'there and writable'),
  gate('guard', 'The guard rule is active', 'active', 'active for this user'),
  gate('permission-set', 'Users may follow links', '1,214 of 1,214 (100 %)', 'at least 100 %'),
  gate('redirect', 'The redirect opens a sample', '0 of 20 open', 'every one opens', 'sf migrate files doctor'),
  gate('lifecycle', 'No lifecycle rule touches the copies', 'no rule', 'none'),
  gate('journal-space', 'There is room for the journal', '81.7 GB free', 'at least 1.1 GB'),
];

function gate(id: string, label: string, value: string, threshold: string, advice?: string): Record<string, unknown> {
  return { gate: id, label, passed: advice === undefined, value, threshold, ...(advice !== undefined && { advice }) };
}

/** Documents and bytes of each minute: a ramp, a wave, a dip. */
function throughput(now: number): number[][] {
  const start = Math.floor(now / 1000) - 118 * 60;
  return Array.from({ length: 118 }, (_, minute) => {
    const ramp = Math.min(1, (minute + 2) / 12);
    const dip = minute > 61 && minute < 68 ? 0.35 : 1;
    const documents = Math.round(7_300 * ramp * dip * (1 + 0.08 * Math.sin(minute / 3)));
    return [start + minute * 60, documents, documents * 1_307_000];
  });
}

export function publishedAccount(accountId: string, documents: number): RecordInput {
  const verified = Math.round(documents * 0.62);
  return {
    Name: accountId,
    External_Id__c: `${CATALOG}:account:${accountId}`,
    Catalog_Id__c: CATALOG,
    Account_Id__c: accountId,
    Documents__c: documents,
    Verified__c: verified,
    Switched__c: 0,
    Copied__c: 0,
    Discovered__c: documents - verified - 3,
    Attention__c: 3,
    Skipped__c: 0,
    Deleted__c: 0,
    Bytes__c: verified * 1_307_000,
  };
}

export function publishedClass(code: string, documents: number, message: string, advice: string): RecordInput {
  return {
    Name: code,
    External_Id__c: `${CATALOG}:error:class:${code}`,
    Catalog_Id__c: CATALOG,
    Kind__c: 'class',
    Code__c: code,
    Failure_Class__c: 'skip',
    Message__c: message,
    Advice__c: advice,
    Documents__c: documents,
    Occurrences__c: documents,
    Worth_Retry__c: false,
    Last_Seen__c: new Date().toISOString(),
  };
}

export function publishedDocument(documentId: string, code: string, message: string, runId: string): RecordInput {
  return {
    Name: code,
    External_Id__c: `${CATALOG}:error:document:${documentId}:${code}`,
    Catalog_Id__c: CATALOG,
    Kind__c: 'document',
    Run__c: runId,
    Code__c: code,
    Failure_Class__c: 'skip',
    Document_Id__c: documentId,
    Message__c: message,
    Documents__c: 1,
    Occurrences__c: 1,
    Last_Seen__c: new Date().toISOString(),
  };
}
