import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac, type BinaryLike } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Keys, S3Server } from '../../s3-servers/servers-under-test.ts';

/** Where requests go and who signs them. */
type Destination = Pick<S3Server, 'endpoint' | 'region' | 'owner'>;

class Sha256 {
  readonly #hash;
  constructor(secret?: BinaryLike) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(bytes: BinaryLike): void {
    this.#hash.update(bytes);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

export type RawRequest = {
  readonly method: string;
  /** Percent-encoded path with its bucket, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The Code of an error's XML. */
  readonly code: string | undefined;
};

export type SigningOptions = { readonly keys?: Keys; readonly region?: string; readonly date?: Date };

const signerOf = (server: Destination, { keys = server.owner, region = server.region }: SigningOptions): SignatureV4 =>
  new SignatureV4({
    service: 's3',
    region,
    credentials: keys,
    // smithy's type of a hash constructor is wider than node's digest needs
    sha256: Sha256 as never,
    uriEscapePath: false,
  });

const hostOf = (server: Destination): string => new URL(server.endpoint).host;

const hex = (body: Buffer | string): string => createHash('sha256').update(body).digest('hex');

function toHttpRequest(server: Destination, request: RawRequest, headers: Record<string, string>): HttpRequest {
  return new HttpRequest({
    method: request.method,
    protocol: 'http:',
    hostname: hostOf(server),
    path: request.path,
    query: { ...request.query },
    headers: { host: hostOf(server), ...headers },
  });
}

/** The headers of a request signed on headers, made by the official signer. */
export async function signHeaders(
  server: Destination,
  request: RawRequest,
  options: SigningOptions = {},
): Promise<Record<string, string>> {
  const payload = request.headers?.['x-amz-content-sha256'] ?? hex(request.body ?? '');
  const unsigned = toHttpRequest(server, request, { ...request.headers, 'x-amz-content-sha256': payload });
  const signed = await signerOf(server, options).sign(unsigned, options.date ? { signingDate: options.date } : {});
  return signed.headers;
}

/** A presigned URL's path and query, made by the official signer. */
export async function presign(
  server: Destination,
  request: RawRequest,
  options: SigningOptions & { readonly expiresIn?: number } = {},
): Promise<string> {
  const unsigned = toHttpRequest(server, request, { ...request.headers });
  const presigner = new S3RequestPresigner({
    region: options.region ?? server.region,
    credentials: options.keys ?? server.owner,
    sha256: Sha256 as never,
  });
  const signed = await presigner.presign(unsigned, {
    expiresIn: options.expiresIn ?? 120,
    ...(options.date ? { signingDate: options.date } : {}),
  });
  return `${signed.path}${queryText(signed.query)}`;
}

function queryText(query: HttpRequest['query'] | RawRequest['query'] = {}): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

const agent = new Agent({ keepAlive: true });

/** Sends exactly this, signed or not. */
export function send(
  server: Destination,
  method: string,
  pathAndQuery: string,
  { headers = {}, body = '' }: Pick<RawRequest, 'headers' | 'body'> = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { hostname, port, method, path: pathAndQuery, agent, headers: { ...headers } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const bytes = Buffer.concat(pieces);
          const code = /<Code>(?<code>\w+)<\/Code>/u.exec(bytes.toString())?.groups?.code;
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes, code });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Signs on headers and sends. */
export async function sendSigned(
  server: Destination,
  request: RawRequest,
  options: SigningOptions = {},
): Promise<RawAnswer> {
  const headers = await signHeaders(server, request, options);
  const body = request.body ?? '';
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const path = `${request.path}${queryText(request.query)}`;
  return send(server, request.method, path, { headers: { ...length, ...headers }, body });
}

/** Promises `length` bytes, sends these, and cuts the connection. */
export async function sendAndCut(
  server: Destination,
  request: RawRequest & { readonly body: Buffer },
  length: number,
): Promise<void> {
  const signed = await signHeaders(server, {
    ...request,
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...request.headers },
  });
  const lines = Object.entries({ ...signed, 'content-length': String(length) }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const { hostname, port } = new URL(server.endpoint);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const path = `${request.path}${queryText(request.query)}`;
      socket.write(`${request.method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(request.body, () => setTimeout(() => socket.destroy(), 50));
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}
