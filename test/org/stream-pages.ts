// Run by a test under a small heap: reads two pages of 150,000 rows each and prints how many rows came.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { orgClient } from '../../plugin/src/org/client.ts';
import { readPage } from '../../plugin/src/org/query-page.ts';
import { tokenSession } from '../../plugin/src/org/session.ts';

const ROWS = 150_000;
const header = ['Id', 'Name', 'Document__c', 'Account__c', 'Account__r.Name', 'SystemModstamp'];

function* lines(): Generator<string> {
  yield `"${header.join('","')}"\n`;
  for (let start = 0; start < ROWS; start += 100) {
    let text = '';
    for (let i = start; i < start + 100; i++) {
      text += `"a0B${i}","Annual report, ""final"" ${i}.pdf","https://bucket.s3.amazonaws.com/uploads/${i}/file.pdf","001${i}","Account ${i}","2026-01-01T00:00:00.000Z"\n`;
    }
    yield text;
  }
}

const server = createServer((request, response) => {
  const last = request.url?.includes('locator=second') === true;
  response.writeHead(200, { 'sforce-locator': last ? 'null' : 'second', 'sforce-numberofrecords': ROWS });
  Readable.from(lines()).pipe(response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const instanceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = orgClient({ session: tokenSession({ instanceUrl, accessToken: 'token', apiVersion: '68.0' }) });

const job = { jobId: '750000000000001AAA', apiVersion: '68.0' };
let rows = 0;
let pages = 0;
let locator: string | undefined;
do {
  for await (const part of readPage(client, { job, locator, maxRows: ROWS, header })) {
    rows += part.rows.length;
    locator = part.end?.next;
  }
  pages++;
} while (locator !== undefined);
process.stdout.write(JSON.stringify({ rows, pages }));
await client.close();
server.close();
