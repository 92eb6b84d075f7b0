import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CredentialProvider } from './credentials.ts';
import type { HttpRequest } from './http-exchange.ts';

/** The SHA-256 of nothing in hex: the payload hash of a request without body. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Signs S3 requests with Signature Version 4 in their headers, for one origin, region and principal. */
export type S3Signer = {
  /**
   * @param query the query's parameters, unencoded; `request.path` holds none
   * @param payloadSha256 hex; sent and signed as `x-amz-content-sha256`
   */
  sign(request: HttpRequest, query: Readonly<Record<string, string>>, payloadSha256: string): Promise<HttpRequest>;
};

export function s3Signer(region: string, origin: string, credentials: CredentialProvider): S3Signer {
  const { protocol, hostname, host } = new URL(origin);
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: NodeSha256,
    // S3 signs the path as it is sent, encoded once.
    uriEscapePath: false,
    applyChecksum: false,
  });
  return {
    async sign(request, query, payloadSha256) {
      const signed = await signer.sign({
        method: request.method,
        protocol,
        hostname,
        path: request.path,
        query: { ...query },
        headers: { ...request.headers, host, 'x-amz-content-sha256': payloadSha256 },
      });
      return { ...request, path: request.path + queryString(query), headers: signed.headers };
    },
  };
}

function queryString(query: Readonly<Record<string, string>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Node's own SHA-256 for the signer: a tenth of the cost of WebCrypto or JavaScript for such short texts. */
class NodeSha256 {
  readonly #secret: Secret | undefined;
  #hash: Digesting;

  constructor(secret?: Secret) {
    this.#secret = secret;
    this.#hash = this.#fresh();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Digesting {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(this.#secret));
  }
}

type Digesting = { update(data: Uint8Array): unknown; digest(): Uint8Array };
type Secret = string | ArrayBuffer | ArrayBufferView;

function bytes(secret: Secret): string | Uint8Array {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
