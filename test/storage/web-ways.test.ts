import { expect } from 'chai';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { CopyResult } from '../../plugin/src/model/copy-outcome.ts';
import type { VendorApiOptions } from '../../plugin/src/storage/storage-options.ts';
import {
  pdf,
  requestFor,
  targetKey,
  storageWorld,
  type StorageWorld,
  type StorageWorldOptions,
} from '@file-migration/kit/storage/storage-world';

/*
 * Web servers as they come: a plain node server whose answers each test writes itself.
 */
let web: Server;
let origin: string;
let answer: RequestListener;
let here: StorageWorld;

const HOST = 'files.vendor.example';

async function given(options: StorageWorldOptions = {}): Promise<StorageWorld> {
  here = await storageWorld({
    ...options,
    source: { methods: ['https'], hosts: { [HOST]: { endpoint: origin, s3: false } }, ...options.source },
  });
  return here;
}

async function copyUrl(path: string, more: object = {}): Promise<CopyResult> {
  return await here.copy('x.pdf', { url: `https://${HOST}${path}`, ...more });
}

function targetHolds(bytes: Buffer, name = 'x.pdf'): boolean {
  return here.store.read('ours', targetKey(name)).equals(bytes);
}

const targetIsEmpty = (): boolean => here.store.list('ours').next().done === true;

describe('reading from the web', () => {
  before(async () => {
    web = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  after(() => {
    web.closeAllConnections();
    web.close();
  });
  afterEach(() => here.close());

  it('copies what an ordinary web server sends, with evidence D', async () => {
    answer = (_request, response) => response.setHeader('etag', '"0123456789abcdef0123456789abcdef"').end(pdf(3000));
    await given();
    expect(await copyUrl('/a.pdf?id=1')).to.include({ kind: 'copied', method: 'https', evidence: 'D', verified: true });
    expect(targetHolds(pdf(3000))).to.equal(true);
  });

  it('copies a file whose size nobody says, small or large', async () => {
    await given({ storage: { limits: { multipartThreshold: 6 * 1024 ** 2, partBytes: 5 * 1024 ** 2 } } });
    for (const [number, size] of [0, 3000, 12 * 1024 ** 2].entries()) {
      answer = (_request, response) => void Readable.from([pdf(size)]).pipe(response);
      const name = `${number}.pdf`;
      expect(await copyUrl('/a.pdf', { key: targetKey(name) })).to.include({ kind: 'copied' });
      expect(targetHolds(pdf(size), name)).to.equal(true);
    }
  });

  it('never stores a cut answer as whole, be its length known or not', async () => {
    await given();
    answer = (_request, response) => {
      response.setHeader('content-length', 5000).write(pdf(4000));
      setTimeout(() => response.destroy(), 20);
    };
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'retry' });
    answer = (_request, response) => {
      response.write(pdf(4000));
      setTimeout(() => response.destroy(), 20);
    };
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'retry' });
    answer = (request, response) => {
      response.shouldKeepAlive = false;
      request.socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%PDF-1.7 half a file');
    };
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'failed', code: 'source-length-unknown' });
    expect(targetIsEmpty()).to.equal(true);
  });

  it('refuses a size beyond anything S3 can hold without reading', async () => {
    await given();
    answer = (_request, response) => void response.setHeader('content-length', 60 * 1024 ** 4).write('%PDF-');
    expect(await copyUrl('/a.pdf')).to.deep.equal({ kind: 'skipped', rule: 'too-large' });
  });

  it('stops reading where an endless answer passes the limit', async () => {
    await given({ source: { maxBytes: 100_000 } });
    answer = (_request, response) =>
      void Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(65_536, 1);
        })(),
      ).pipe(response);
    expect(await copyUrl('/a.pdf')).to.deep.equal({ kind: 'skipped', rule: 'too-large' });
    expect(targetIsEmpty()).to.equal(true);
  });

  it('takes a page of HTML under the name of a PDF for what it is', async () => {
    await given();
    answer = (_request, response) =>
      response.end('\uFEFF<!-- login -->\n<!DOCTYPE html><html><body>Sign in</body></html>');
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'failed', code: 'suspect-content' });
    expect(targetIsEmpty()).to.equal(true);
    expect(await copyUrl('/a.html', { fileName: 'a.html', key: targetKey('a.html') })).to.include({ kind: 'copied' });
  });

  it('follows redirects, but not for ever and not to a private address', async () => {
    await given();
    answer = (request, response) =>
      request.url === '/a.pdf' ? response.writeHead(302, { location: '/b.pdf' }).end() : response.end(pdf(100));
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'copied' });
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'failed', code: 'source-redirects' });
    for (const location of [
      'https://169.254.169.254/latest/meta-data/',
      'https://localhost/x',
      'http://127.0.0.1:1/x',
    ]) {
      answer = (_request, response) => response.writeHead(302, { location }).end();
      expect(await copyUrl('/a.pdf')).to.deep.equal({ kind: 'skipped', rule: 'forbidden-address' });
    }
  });

  it('tells 404 and 410 from 401 and 403, and asks again after 503', async () => {
    await given();
    for (const [status, kind] of [
      [404, 'missing'],
      [410, 'missing'],
      [401, 'denied'],
      [403, 'denied'],
    ] as const) {
      answer = (_request, response) => response.writeHead(status).end();
      expect(await copyUrl('/a.pdf')).to.include({ kind });
    }
    let calls = 0;
    answer = (_request, response) => (calls++ === 0 ? response.writeHead(503).end() : response.end(pdf(10)));
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'copied' });
  });

  it('keeps an encoded body as it came', async () => {
    await given();
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end(pdf(50));
    expect(await copyUrl('/a.pdf')).to.include({ kind: 'copied' });
    expect(targetHolds(pdf(50))).to.equal(true);
    expect(here.store.find('ours', targetKey('x.pdf'))?.headers['content-encoding']).to.equal('gzip');
  });

  describe('by a vendor’s API', () => {
    const vendorApi = (): VendorApiOptions => ({
      method: 'POST',
      url: `${origin}/api/generate/presigned-url/{externalId}`,
      headers: { Authorization: 'Bearer token-1' },
      body: { record: '{recordId}' },
      urlPointer: '/data/url',
    });
    const withApi = (): StorageWorldOptions => ({ source: { methods: ['vendor-api'], vendorApi: vendorApi() } });
    const request = { externalId: 'doc/7' };

    it('asks with the record’s ids and reads the URL it is given', async () => {
      await given(withApi());
      const asked: unknown[] = [];
      answer = (incoming, response) => {
        if (incoming.method === 'GET') return void response.end(pdf(200));
        let body = '';
        incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
        incoming.on('end', () => {
          asked.push(incoming.url, incoming.headers.authorization, JSON.parse(body));
          response.end(JSON.stringify({ data: { url: `${origin}/signed?X-Amz-Signature=1` } }));
        });
      };
      expect(await here.copy('x.pdf', request)).to.include({ kind: 'copied', method: 'vendor-api' });
      expect(asked).to.deep.equal([
        '/api/generate/presigned-url/doc%2F7',
        'Bearer token-1',
        { record: requestFor('x').document },
      ]);
    });

    it('pauses for a rate limit and stops for a refused token', async () => {
      await given(withApi());
      answer = (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end();
      expect(await thrown(here.copy('x.pdf', request))).to.include({ failureClass: 'pause', retryAfterMs: 7000 });
      answer = (_request, response) => response.writeHead(401).end('secret detail');
      const failure = await thrown(here.copy('x.pdf', request));
      expect(failure).to.include({ failureClass: 'stop', code: 'vendor-api-bad-credentials' });
      expect(failure.message).not.to.contain('secret detail');
    });

    it('does not take an id that the API does not know for a missing file', async () => {
      await given(withApi());
      answer = (_request, response) => response.writeHead(404).end();
      expect(await here.copy('x.pdf', request)).to.include({ kind: 'failed', code: 'vendor-api-unknown-document' });
    });

    it('does not apply to a document without the id it needs', async () => {
      await given(withApi());
      expect(here.storage.plan(requestFor('x.pdf'))).to.include({ kind: 'skipped', rule: 'no-method' });
    });

    it('does not read a private address that the API hands out', async () => {
      await given(withApi());
      answer = (_request, response) => response.end(JSON.stringify({ data: { url: 'https://169.254.169.254/x' } }));
      expect(await here.copy('x.pdf', request)).to.deep.equal({ kind: 'skipped', rule: 'forbidden-address' });
    });
  });

  describe('by the Salesforce file of the record', () => {
    it('is a substitute, tried only when the source cannot be had', async () => {
      const content = pdf(900);
      const md5 = createHash('md5').update(content).digest('hex');
      let opened = 0;
      await given({
        source: {
          methods: ['salesforce-file', 'https'],
          salesforceFile: () => {
            opened++;
            return Promise.resolve({ size: 900, versionId: '068', md5, body: Readable.from([content]) });
          },
        },
      });
      answer = (_request, response) => response.end(pdf(10));
      expect(await copyUrl('/a.pdf', { key: targetKey('1.pdf') })).to.include({ method: 'https', substitute: false });
      expect(opened).to.equal(0);
      answer = (_request, response) => response.writeHead(403).end();
      expect(await copyUrl('/a.pdf', { key: targetKey('2.pdf') })).to.include({
        method: 'salesforce-file',
        substitute: true,
        evidence: 'B',
      });
      expect(targetHolds(content, '2.pdf')).to.equal(true);
    });

    it('leaves the source’s own end when there is no single file', async () => {
      await given({
        source: { methods: ['https', 'salesforce-file'], salesforceFile: () => Promise.resolve(undefined) },
      });
      answer = (_request, response) => response.writeHead(403).end();
      expect(await copyUrl('/a.pdf')).to.include({ kind: 'denied', code: 'source-denied' });
    });
  });
});

async function thrown(copy: Promise<unknown>): Promise<Failure> {
  const error = await copy.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw new Error('no Failure was thrown');
}
