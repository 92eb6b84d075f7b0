import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CredentialProvider } from './credentials.ts';
import type { HttpRequest } from '../http/exchange.ts';

/** The SHA-256 of nothing in hex: the payload hash of a request without body. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Instead of a body's hash: the body is protected otherwise. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** Signs S3 requests with Signature Version 4 in their headers, for one origin, region and principal. */
export type S3Signer = {
  /**
   * @param query the query's parameters, unencoded; `request.path` holds none
   * @param payloadSha256 hex, or {@link UNSIGNED_PAYLOAD}; sent and signed as `x-amz-content-sha256`
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

/**
 * Node's own SHA-256 for the signer: a tenth of the cost of WebCrypto or JavaScript for such short texts. The signer
 * asks for the same HMACs of the secret again and again (its key cache is keyed by one); those are remembered.
 */
class NodeSha256 {
  readonly #secret: Secret | undefined;
  #data: Uint8Array[] = [];

  constructor(secret?: Secret) {
    this.#secret = secret;
  }

  update(data: Uint8Array): void {
    this.#data.push(data);
  }

  digest(): Promise<Uint8Array> {
    const data = this.#data.length === 1 && this.#data[0] !== undefined ? this.#data[0] : Buffer.concat(this.#data);
    if (this.#secret === undefined) return Promise.resolve(hash('sha256', data, 'buffer'));
    return Promise.resolve(typeof this.#secret === 'string' ? ofSecret(this.#secret, data) : hmac(this.#secret, data));
  }

  reset(): void {
    this.#data = [];
  }
}

type Secret = string | ArrayBuffer | ArrayBufferView;

const remembered = new Map<string, Uint8Array>();
const MOST_REMEMBERED = 50;

function ofSecret(secret: string, data: Uint8Array): Uint8Array {
  const name = `${secret}\n${Buffer.from(data).toString('latin1')}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const digest = hmac(Buffer.from(secret), data);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(name, digest);
  return digest;
}

/** Making a key of bytes costs ten times what the HMAC does; the signer keeps its signing keys, so they come again. */
const keyObjects = new WeakMap<object, KeyObject>();

function hmac(key: ArrayBuffer | ArrayBufferView, data: Uint8Array): Uint8Array {
  let made = keyObjects.get(key);
  if (made === undefined) {
    const bytes = ArrayBuffer.isView(key)
      ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength)
      : new Uint8Array(key);
    made = createSecretKey(bytes);
    keyObjects.set(key, made);
  }
  return createHmac('sha256', made).update(data).digest();
}
