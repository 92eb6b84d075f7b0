/*
 * The simulated org in a process of its own, so that its work is not counted as ours: argv[2] is an OrgRequest as JSON.
 * Says in one line of JSON where it is, and answers until its standard input ends.
 */
import { documentRecord } from '@file-migration/kit/migration/migration-world';
import { startSalesforceOrg } from '@file-migration/stand-ins/salesforce-org/index';
import { objectName } from './bench-store.ts';
import { SOURCE_HOST } from './source-host.ts';

export type OrgRequest = { readonly documents: number };

export type BenchOrg = { readonly url: string; readonly accessToken: string };

const DOCUMENTS_PER_ACCOUNT = 40;

const { documents } = JSON.parse(process.argv[2] ?? '') as OrgRequest;
const org = await startSalesforceOrg({ limits: { apiRequests: 1_000_000_000 } });
const accounts = Array.from({ length: Math.ceil(documents / DOCUMENTS_PER_ACCOUNT) }, (_, nth) =>
  org.records.insertOne('Account', { Name: `Account ${nth}` }),
);
await org.records.insertDocuments(
  (function* () {
    for (let nth = 0; nth < documents; nth++) {
      const name = objectName(nth);
      const account = accounts[Math.floor(nth / DOCUMENTS_PER_ACCOUNT)];
      yield documentRecord(name, `https://${SOURCE_HOST}/${name}`, account);
    }
  })(),
);
console.log(JSON.stringify({ url: org.url, accessToken: org.accessToken } satisfies BenchOrg));
process.stdin.resume().once('close', () => void org.close());
