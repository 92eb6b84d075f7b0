import { expect } from 'chai';
import { startObjectStore, type ObjectStore } from '../../object-store/server.ts';
import { startVendorApi, type VendorApi, type VendorApiOptions } from '../../vendor-api/vendor-api.ts';

const BUCKET = 'vendor-documents';
const PREFIX = 'acme-pdf-manager/';
const RECORD = 'a0B5g0000000000EAA';
const CONTENT = '%PDF-1.4 the document';

describe('the vendor API stand-in', () => {
  let store: ObjectStore;
  let api: VendorApi;
  let complaints: string[];

  before(async () => {
    store = await startObjectStore({ buckets: [BUCKET] });
    store.seed(BUCKET, `${PREFIX}present`, { bytes: CONTENT });
    store.seed(BUCKET, `${PREFIX}archived`, { bytes: CONTENT, storageClass: 'GLACIER' });
    store.seed(BUCKET, `${PREFIX}denied`, { bytes: CONTENT, denied: true });
    store.seed(BUCKET, `${PREFIX}odd + name%/é`, { bytes: CONTENT });
  });

  after(() => store.close());

  async function start(options: Partial<VendorApiOptions> = {}): Promise<void> {
    complaints = [];
    const [{ accessKeyId, secretAccessKey }] = store.credentials;
    api = await startVendorApi({
      store: { endpoint: store.url, accessKeyId, secretAccessKey, bucket: BUCKET, keyPrefix: PREFIX },
      complain: (line) => complaints.push(line),
      ...options,
    });
  }

  beforeEach(() => start());
  afterEach(() => api.close());

  async function restart(options: Partial<VendorApiOptions>): Promise<void> {
    await api.close();
    await start(options);
  }

  const post = (identifier: string, init: RequestInit = {}) =>
    fetch(`${api.url}/api/generate/presigned-url/${encodeURIComponent(identifier)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ recordId: RECORD }),
      ...init,
    });

  async function urlOf(response: Response): Promise<string> {
    const { data } = (await response.json()) as { data: { url: string } };
    return data.url;
  }

  it('answers with a URL that opens the object without any credentials', async () => {
    const response = await post('present');
    expect(response.status).to.equal(200);
    const file = await fetch(await urlOf(response));
    expect([file.status, await file.text()]).to.deep.equal([200, CONTENT]);
    expect(api.requests).to.deep.equal([{ method: 'POST', path: '/api/generate/presigned-url/present', status: 200 }]);
  });

  it('takes identifiers that need encoding', async () => {
    const file = await fetch(await urlOf(await post('odd + name%/é')));
    expect(await file.text()).to.equal(CONTENT);
  });

  it('signs for one object only', async () => {
    const url = await urlOf(await post('present'));
    expect((await fetch(url.replace('present', 'archived'))).status).to.equal(403);
  });

  it('refuses a missing or wrong token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${api.token}`, api.token, `Bearer ${api.token}x`]) {
      const { status } = await post('present', { headers: { authorization } });
      expect(status, authorization).to.equal(401);
    }
  });

  it('refuses a body that names no record', async () => {
    for (const body of [
      '',
      'no json',
      'null',
      '[]',
      '{}',
      '{"id":"a0B"}',
      '{"id":7}',
      `{"x":"${'y'.repeat(20_000)}"}`,
    ]) {
      expect((await post('present', { body })).status, body.slice(0, 20)).to.equal(400);
    }
  });

  it('takes the record id under any name', async () => {
    expect((await post('present', { body: JSON.stringify({ Id: RECORD.slice(0, 15) }) })).status).to.equal(200);
  });

  it('does not know identifiers without an object', async () => {
    expect((await post('nowhere')).status).to.equal(404);
  });

  it('signs for archived and denied objects, which the store then refuses', async () => {
    for (const identifier of ['archived', 'denied']) {
      const response = await post(identifier);
      expect(response.status).to.equal(200);
      expect((await fetch(await urlOf(response))).status, identifier).to.equal(403);
    }
  });

  it('gives URLs that expire', async () => {
    await restart({ expiresInSeconds: 1 });
    const url = await urlOf(await post('present'));
    expect((await fetch(url)).status).to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect((await fetch(url)).status).to.equal(403);
  });

  it('answers 429 with Retry-After beyond its rate, and goes on afterwards', async () => {
    await restart({ requestsPerSecond: 2 });
    const responses = await Promise.all(Array.from({ length: 6 }, () => post('present')));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).to.be.within(3, 4);
    expect(refused[0]?.headers.get('retry-after')).to.equal('1');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await post('present')).status).to.equal(200);
  });

  it('says loudly what it is not', async () => {
    expect((await fetch(`${api.url}/api/documents`)).status).to.equal(404);
    expect((await fetch(`${api.url}/api/generate/presigned-url/present`)).status).to.equal(501);
    expect(complaints.length).to.equal(2);
    expect(complaints[0]).to.include('GET /api/documents');
  });

  it('answers 502 and says why when its store is gone, without showing credentials', async () => {
    const gone = { endpoint: 'http://127.0.0.1:1', accessKeyId: 'key-id', secretAccessKey: 'the-secret' };
    await restart({ store: { ...gone, bucket: BUCKET, keyPrefix: PREFIX } });
    const response = await post('present');
    expect(response.status).to.equal(502);
    expect((await response.text()) + complaints.join()).to.not.include('the-secret');
    expect(complaints.length).to.equal(1);
  });

  describe('with faults', () => {
    it('refuses with a status and a time to come back', async () => {
      api.setFaults([{ match: { nth: 2 }, fault: { kind: 'status', status: 503, retryAfterSeconds: 2 } }]);
      const responses = [await post('present'), await post('present'), await post('present')];
      expect(responses.map(({ status }) => status)).to.deep.equal([200, 503, 200]);
      expect(responses[1]?.headers.get('retry-after')).to.equal('2');
    });

    it('strikes the identifiers that a rule names', async () => {
      api.setFaults([{ match: { operation: 'presign', resource: '^arch' }, fault: { kind: 'status', status: 500 } }]);
      expect([(await post('present')).status, (await post('archived')).status]).to.deep.equal([200, 500]);
    });

    it('answers a page of HTML as if all were well', async () => {
      api.setFaults([{ match: {}, fault: { kind: 'html-answer' } }]);
      const response = await post('present');
      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')).to.match(/^text\/html/);
      expect(await response.text()).to.match(/^<!DOCTYPE html>/);
    });

    it('leads to a page of HTML instead of the file', async () => {
      api.setFaults([{ match: {}, fault: { kind: 'html-file' } }]);
      const file = await fetch(await urlOf(await post('present')));
      expect(file.status).to.equal(200);
      expect(await file.text()).to.match(/^<!DOCTYPE html>/);
    });

    it('hands out a URL that has expired', async () => {
      api.setFaults([{ match: {}, fault: { kind: 'expired-url' } }]);
      expect((await fetch(await urlOf(await post('present')))).status).to.equal(403);
    });

    it('answers another JSON', async () => {
      api.setFaults([{ match: {}, fault: { kind: 'wrong-shape' } }]);
      expect(await (await post('present')).json()).not.to.have.property('data');
    });

    it('takes its time', async () => {
      api.setFaults([{ match: {}, fault: { kind: 'latency', milliseconds: 150 } }]);
      const before = performance.now();
      expect((await post('present')).status).to.equal(200);
      expect(performance.now() - before).to.be.at.least(145);
    });

    it('cuts the connection', async () => {
      api.setFaults([{ match: { times: 1 }, fault: { kind: 'cut' } }]);
      const failed = await post('present').then(
        () => false,
        () => true,
      );
      expect(failed).to.equal(true);
      expect(api.requests.at(-1)?.status).to.equal(0);
      expect((await post('present')).status).to.equal(200);
    });
  });
});
