import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { orgClient, type OrgClient } from '../../plugin/src/org/client.ts';
import { readPage, type PagePart } from '../../plugin/src/org/query-page.ts';
import { tokenSession } from '../../plugin/src/org/session.ts';
import { all, failureOf } from '@file-migration/kit/failure-of';
import { refusal, scriptedServer, type ScriptedServer, type Step } from '@file-migration/kit/org/scripted-server';

const header = ['Id', 'Name', 'Document__c'];

describe('A page of a query result', () => {
  let server: ScriptedServer;
  let client: OrgClient;

  async function script(...steps: readonly Step[]): Promise<void> {
    server = await scriptedServer(steps);
    client = orgClient({
      session: tokenSession({ instanceUrl: server.url, accessToken: 'token', apiVersion: '68.0' }),
      backoff: { firstMs: 1, mostMs: 5 },
    });
  }

  function read(locator?: string): AsyncGenerator<PagePart> {
    return readPage(client, {
      job: { jobId: '750000000000001AAA', apiVersion: '61.0' },
      locator,
      maxRows: 50_000,
      header,
    });
  }

  async function close(): Promise<void> {
    await client.close();
    await server.close();
  }

  afterEach(close);

  it('arrives in parts of 500 rows, a small one before them, the last with the next locator', async () => {
    await script(page(rows(1300), { locator: 'abc' }));
    const parts = await all(read());
    expect(parts.map((part) => [part.rows.length, part.end?.next])).to.deep.equal([
      [100, undefined],
      [500, undefined],
      [500, undefined],
      [200, 'abc'],
    ]);
    expect(server.received[0]?.path).to.equal(
      '/services/data/v61.0/jobs/query/750000000000001AAA/results?maxRecords=50000',
    );
  });

  it('has no next one after the last', async () => {
    await script(page(rows(3)));
    expect((await all(read())).map((part) => part.end)).to.deep.equal([{ next: undefined, rows: 3 }]);
  });

  it('may be empty, with or without its header', async () => {
    await script(page([]), raw('', { count: 0 }));
    expect(await all(read())).to.deep.equal([{ rows: [], end: { next: undefined, rows: 0 } }]);
    expect(await all(read())).to.deep.equal([{ rows: [], end: { next: undefined, rows: 0 } }]);
  });

  it('drops a first line only when it is the header', async () => {
    await script(raw(csv([...rows(2)]), { count: 2 }));
    expect(await rowsOf(read('abc'))).to.deep.equal(rows(2));
  });

  it('of other columns is refused', async () => {
    await script(raw('Id,Title,Url\na,b,c\n', { count: 1 }));
    const failure = await failureOf(all(read()));
    expect([failure.code, failure.failureClass]).to.deep.equal(['query-foreign-columns', 'stop']);
  });

  it('without its Sforce headers is refused: its end could not be told from a cut', async () => {
    await script((response) => void response.writeHead(200).end(csv([header, ...rows(2)])));
    expect((await failureOf(all(read()))).code).to.equal('query-headers-missing');
  });

  it('in whose place a page of HTML came once is asked for again', async () => {
    const html: Step = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>Down for maintenance</h1></html>');
    await script(html, page(rows(2)));
    expect(await rowsOf(read())).to.deep.equal(rows(2));
  });

  it('keeps every value as it is, whatever stands in it', async () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom('"', ',', '\n', '\r', '\r\n', '\0', '\uFEFF', '\\', "'", ' '), fc.string()),
    });
    const cells = fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 20 });
    let next: Step = page([]);
    await script((response, request) => next(response, request));
    await fc.assert(
      fc.asyncProperty(cells, fc.boolean(), async (values, zipped) => {
        const expected = values.map(([name, url], i) => [`id${i}`, name, url]);
        next = page(expected, { zipped });
        expect(await rowsOf(read())).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('that breaks off is read again, and no row comes twice or is missing', async () => {
    const whole = rows(5000);
    await script(cutAfter(page(whole), 60_000), cutAfter(page(whole), 100_000), page(whole));
    expect(await rowsOf(read())).to.deep.equal(whole);
    expect(server.received).to.have.length(3);
  });

  it('that breaks off in its compressed form is read again', async () => {
    const whole = rows(5000);
    await script(cutAfter(page(whole, { zipped: true }), 9_000), page(whole, { zipped: true }));
    expect(await rowsOf(read())).to.deep.equal(whole);
  });

  it('comes whole even when the org orders it otherwise the second time', async () => {
    const whole = rows(3000);
    await script(cutAfter(page(whole), 60_000), page(whole.toReversed()));
    const ids = (await rowsOf(read())).map(([id]) => id);
    expect(new Set(ids)).to.deep.equal(new Set(whole.map(([id]) => id)));
  });

  it('that ends early, cleanly and at a row, is not taken for whole', async () => {
    await script(raw(csv([header, ...rows(700)]), { count: 1000 }), page(rows(1000)));
    expect(await rowsOf(read())).to.deep.equal(rows(1000));
  });

  it('that never comes whole fails with the class retry', async () => {
    await script(raw(csv([header, ...rows(7)]), { count: 8 }));
    const failure = await failureOf(all(read()));
    expect([failure.code, failure.failureClass]).to.deep.equal(['query-page-broken', 'retry']);
  });

  it('whose quote never closes does not fill the memory', async () => {
    await script(raw(`${csv([header])}a,"${'x'.repeat(3_000_000)}`, { count: 1 }));
    expect((await failureOf(all(read()))).code).to.equal('query-page-broken');
  });

  for (const status of [404, 409]) {
    it(`of a job that answers ${status} cannot be read any more`, async () => {
      await script(refusal(status, 'NOT_FOUND'));
      expect((await failureOf(all(read()))).code).to.equal('query-job-gone');
    });
  }

  it('hangs up when the reader turns away', async () => {
    let hungUp: Promise<unknown> = Promise.resolve();
    await script((response, request) => {
      hungUp = new Promise((resolve) => response.once('close', resolve));
      endless(response, request);
    });
    for await (const part of read()) {
      expect(part.rows).to.have.length(100);
      break;
    }
    await hungUp;
  });

  it('streams: 300,000 rows pass through a heap of 40 MB', async () => {
    const program = new URL('./stream-pages.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=@file-migration/source',
      '--max-old-space-size=40',
      program,
    ]);
    expect(JSON.parse(stdout)).to.deep.equal({ rows: 300_000, pages: 2 });
  });
});

function rows(count: number): string[][] {
  return Array.from({ length: count }, (_, i) => [
    `a0B${String(i).padStart(12, '0')}`,
    `File ${i}.pdf`,
    `https://x/${i}`,
  ]);
}

async function rowsOf(parts: AsyncIterable<PagePart>): Promise<(readonly string[])[]> {
  return (await all(parts)).flatMap((part) => [...part.rows]);
}

/** As Salesforce writes it: every value quoted. */
function csv(lines: readonly (readonly string[])[]): string {
  return stringify(lines as string[][], { quoted: true, quoted_empty: true });
}

function raw(
  text: string,
  { count, locator = 'null', zipped = false }: { count: number; locator?: string; zipped?: boolean },
): Step {
  return (response) => {
    const body = zipped ? gzipSync(text) : Buffer.from(text);
    response
      .writeHead(200, {
        'content-type': 'text/csv',
        'content-length': body.length,
        'sforce-locator': locator,
        'sforce-numberofrecords': count,
        ...(zipped && { 'content-encoding': 'gzip' }),
      })
      .end(body);
  };
}

function page(lines: readonly (readonly string[])[], options: { locator?: string; zipped?: boolean } = {}): Step {
  return raw(csv([header, ...lines]), { count: lines.length, ...options });
}

/** Lets so many bytes of the answer through. */
function cutAfter(step: Step, bytes: number): Step {
  return (response, request) => {
    response.end = ((body: Buffer) => {
      response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
      return response;
    }) as typeof response.end;
    step(response, request);
  };
}

const endless: Step = (response) => {
  response.writeHead(200, { 'sforce-locator': 'null', 'sforce-numberofrecords': 1_000_000 });
  response.write(csv([header, ...rows(2000)]));
};
