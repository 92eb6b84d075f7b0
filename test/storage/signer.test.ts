import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { expect } from 'chai';
import fc from 'fast-check';
import { encodeKey } from '@file-migration/config';
import type { HttpRequest } from '@file-migration/http/messages';
import type { AwsCredentials } from '../../plugin/src/storage/s3/credentials.ts';
import { s3Signer, UNSIGNED_PAYLOAD } from '../../plugin/src/storage/s3/signer.ts';

/** What the official signer asks of a hash. */
class NodeSha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('The signer makes a new one for each text.');
  }
}

type Asked = {
  readonly request: HttpRequest;
  readonly query: Record<string, string>;
  readonly payloadSha256: string;
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly at: number;
};

async function official({ request, query, payloadSha256, credentials, region, at }: Asked): Promise<unknown> {
  const { protocol, hostname, host } = new URL(request.origin);
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: NodeSha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol,
      hostname,
      path: request.path,
      query,
      headers: { ...request.headers, host, 'x-amz-content-sha256': payloadSha256 },
    },
    { signingDate: new Date(at) },
  );
  return signed.headers;
}

async function ours({ request, query, payloadSha256, credentials, region, at }: Asked): Promise<HttpRequest> {
  const signer = s3Signer(
    region,
    request.origin,
    () => Promise.resolve(credentials),
    () => at,
  );
  return await signer.sign(request, query, payloadSha256);
}

const token = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789')),
    minLength: least,
    maxLength: most,
  });
const headerValue = fc.string({ unit: fc.constantFrom(...Array.from('ab"%;=/+é \t')), maxLength: 30 });
const asked: fc.Arbitrary<Asked> = fc.record({
  request: fc.record({
    origin: fc.constantFrom('https://bucket.s3.us-west-2.amazonaws.com', 'http://127.0.0.1:7480'),
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
    path: fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .map((key) => `/bucket/${encodeKey(key.toWellFormed())}`),
    headers: fc.dictionary(
      fc.oneof(
        fc.constantFrom('content-type', 'content-disposition', 'content-md5', 'if-none-match', 'if-match', 'range'),
        token(1, 12).map((name) => `x-amz-meta-${name}`),
      ),
      headerValue,
      { noNullPrototype: true },
    ),
  }),
  query: fc.dictionary(
    fc.constantFrom('partNumber', 'uploadId', 'versionId', 'a b', 'ü', 'list-type'),
    fc.string({ minLength: 1 }).map((text) => text.toWellFormed()),
    { noNullPrototype: true },
  ),
  payloadSha256: fc.oneof(
    fc.constant(UNSIGNED_PAYLOAD),
    token(1, 9).map((text) => createHash('sha256').update(text).digest('hex')),
  ),
  credentials: fc
    .record({
      accessKeyId: token(3, 20),
      secretAccessKey: fc.string({ minLength: 1 }),
      sessionToken: fc.option(token(8, 40)),
    })
    .map(({ sessionToken, ...keys }) => (sessionToken === null ? keys : { ...keys, sessionToken })),
  region: fc.constantFrom('us-east-1', 'eu-central-1'),
  at: fc.integer({ min: 0, max: Date.UTC(2099, 0) }),
});

describe('the signer of S3 requests', () => {
  it('makes the signatures of the official one, whatever is signed', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        expect((await ours(one)).headers).to.deep.equal(await official(one));
      }),
      { numRuns: 500 },
    );
  });

  it('goes on with the new day, the new second and the new credentials', async () => {
    const first = { accessKeyId: 'FIRST', secretAccessKey: 'one' };
    const second = { accessKeyId: 'SECOND', secretAccessKey: 'two', sessionToken: 'token' };
    let now = Date.UTC(2026, 11, 31, 23, 59, 59, 900);
    let credentials: AwsCredentials = first;
    const region = 'us-east-1';
    const request: HttpRequest = { origin: 'http://127.0.0.1:7480', method: 'GET', path: '/b/k', headers: {} };
    const signer = s3Signer(
      region,
      request.origin,
      () => Promise.resolve(credentials),
      () => now,
    );
    for (const [later, next] of [
      [0, first],
      [200, first],
      [1000, second],
      [86_400_000, second],
      [-172_800_000, first],
    ] as const) {
      now += later;
      credentials = next;
      const one = { request, query: {}, payloadSha256: UNSIGNED_PAYLOAD, credentials, region, at: now };
      expect((await signer.sign(request, {}, UNSIGNED_PAYLOAD)).headers).to.deep.equal(await official(one));
    }
  });

  it('sends the query as it signed it', async () => {
    const one: Asked = {
      request: { origin: 'http://127.0.0.1:7480', method: 'PUT', path: '/b/k', headers: {} },
      query: { uploadId: "a/b+c d'", partNumber: '7' },
      payloadSha256: UNSIGNED_PAYLOAD,
      credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
      region: 'us-east-1',
      at: 0,
    };
    expect((await ours(one)).path).to.equal('/b/k?partNumber=7&uploadId=a%2Fb%2Bc%20d%27');
  });
});
