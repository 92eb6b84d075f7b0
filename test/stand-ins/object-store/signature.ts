import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { CredentialOptions } from './options.ts';
import { accessDenied, S3Error } from './s3-error.ts';
import { encodePart, headerOf, type S3Request } from './s3-request.ts';

/** What a signature vouches for besides the request line and headers: how its body is to be read. */
export type Payload = 'unsigned' | 'unsigned-trailer' | { readonly sha256: string };

export type Verified = {
  readonly principal: CredentialOptions | 'anonymous';
  /** Region that the signature was made for. */
  readonly region: string | undefined;
  readonly payload: Payload;
  /** Milliseconds since the signature was made; undefined for nobody. */
  readonly signatureAge: number | undefined;
};

const maxSkewMilliseconds = 15 * 60_000;
const maxPresignSeconds = 7 * 24 * 3600;

type Claim = {
  readonly accessKeyId: string;
  readonly scope: readonly [date: string, region: string];
  readonly time: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
  readonly presigned: boolean;
};

/**
 * Checks AWS Signature Version 4 on headers or in a presigned URL as S3 does ("Authenticating Requests: AWS Signature
 * Version 4"). A request without a signature is anonymous; a wrong one throws the S3Error that S3 answers.
 */
export function createVerifier(credentials: readonly CredentialOptions[], clock: () => Date) {
  const byId = new Map(credentials.map((credential) => [credential.accessKeyId, credential]));
  const signingKeys = new Map<string, KeyObject>();

  function signingKey(secret: string, date: string, region: string): KeyObject {
    const name = `${date}/${region}/${secret}`;
    const known = signingKeys.get(name);
    if (known) return known;
    const seed = createSecretKey(`AWS4${secret}`, 'utf8');
    const key = [date, region, 's3', 'aws4_request'].reduce((above, text) => createSecretKey(hmac(above, text)), seed);
    if (signingKeys.size > 1000) signingKeys.clear();
    signingKeys.set(name, key);
    return key;
  }

  return function verify(request: S3Request): Verified {
    const claim = readClaim(request);
    if (claim === undefined) {
      return { principal: 'anonymous', region: undefined, payload: readPayload(request), signatureAge: undefined };
    }
    const credential = byId.get(claim.accessKeyId);
    if (credential === undefined) {
      throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
        elements: { AWSAccessKeyId: claim.accessKeyId },
      });
    }
    const [date, region] = claim.scope;
    checkSignedHeaders(request, claim);
    const stringToSign =
      `AWS4-HMAC-SHA256\n${claim.time}\n${date}/${region}/s3/aws4_request\n` +
      hash('sha256', Buffer.from(canonicalRequest(request, claim), 'latin1'), 'hex');
    const expected = hmac(signingKey(credential.secretAccessKey, date, region), stringToSign);
    if (!equalSignatures(expected, claim.signature)) {
      throw new S3Error(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        { elements: { AWSAccessKeyId: claim.accessKeyId, StringToSign: stringToSign } },
      );
    }
    const signatureAge = checkTime(request, claim, clock());
    checkToken(request, credential, clock());
    return { principal: credential, region, payload: readPayload(request, claim.payloadHash), signatureAge };
  };
}

// a KeyObject, because Hmac spends five times as long on a key that is a Buffer
const hmac = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function equalSignatures(expected: Buffer, given: string): boolean {
  return /^[0-9a-f]{64}$/u.test(given) && timingSafeEqual(expected, Buffer.from(given, 'hex'));
}

function readClaim(request: S3Request): Claim | undefined {
  const { query } = request;
  const authorization = request.headers.authorization;
  const presigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  if (authorization !== undefined && presigned) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed.');
  }
  if (presigned) return readPresignedClaim(request);
  if (authorization !== undefined) return readHeaderClaim(request, authorization);
  if (query.has('Signature') || query.has('AWSAccessKeyId')) throw signatureVersion();
  return undefined;
}

const signatureVersion = (): S3Error =>
  new S3Error(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );

function readHeaderClaim(request: S3Request, authorization: string): Claim {
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) throw signatureVersion();
  const fields =
    /^AWS4-HMAC-SHA256\s+Credential=(?<credential>[^,\s]+)\s*,\s*SignedHeaders=(?<headers>[^,\s]+)\s*,\s*Signature=(?<signature>\S+)$/u.exec(
      authorization,
    )?.groups;
  const time = headerOf(request.headers, 'x-amz-date');
  if (!fields) throw malformed('The authorization header is malformed; it lacks a credential, headers or a signature.');
  if (time === undefined) throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  const payloadHash = headerOf(request.headers, 'x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return {
    ...readCredential(fields.credential ?? '', time, malformed),
    time,
    signedHeaders: (fields.headers ?? '').split(';'),
    signature: fields.signature ?? '',
    payloadHash,
    presigned: false,
  };
}

function readPresignedClaim({ query }: S3Request): Claim {
  const wrong = (message: string) => new S3Error('AuthorizationQueryParametersError', message);
  const take = (name: string): string => {
    const value = query.get(name);
    if (value !== undefined) return value;
    throw wrong(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  };
  if (take('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw wrong('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const expires = take('X-Amz-Expires');
  if (!/^\d+$/u.test(expires)) throw wrong('X-Amz-Expires should be a number');
  if (Number(expires) > maxPresignSeconds) {
    throw wrong(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const time = take('X-Amz-Date');
  return {
    ...readCredential(take('X-Amz-Credential'), time, wrong),
    time,
    signedHeaders: take('X-Amz-SignedHeaders').split(';'),
    signature: take('X-Amz-Signature'),
    payloadHash: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    presigned: true,
  };
}

const malformed = (message: string): S3Error => new S3Error('AuthorizationHeaderMalformed', message);

function readCredential(text: string, time: string, wrong: (message: string) => S3Error) {
  const [accessKeyId, date, region, service, terminator, ...rest] = text.split('/');
  if (!accessKeyId || !date || !region || terminator !== 'aws4_request' || rest.length > 0) {
    throw wrong('The Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  if (service !== 's3') throw wrong(`The service "${service ?? ''}" is wrong; expecting "s3".`);
  if (!/^\d{8}T\d{6}Z$/u.test(time) || !time.startsWith(date)) {
    throw wrong(`Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`);
  }
  return { accessKeyId, scope: [date, region] as const };
}

/** Host and every x-amz- header must be under the signature, else somebody between could add some. */
function checkSignedHeaders({ headers }: S3Request, claim: Claim): void {
  const signed = new Set(claim.signedHeaders);
  if (!signed.has('host')) throw accessDenied('There were headers present in the request which were not signed');
  for (const name in headers) {
    if (name.startsWith('x-amz-') && !signed.has(name)) {
      throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
        elements: { HeadersNotSigned: name },
      });
    }
  }
}

function canonicalRequest(request: S3Request, claim: Claim): string {
  const pairs: string[] = [];
  for (const [name, value] of request.query) {
    if (name !== 'X-Amz-Signature') pairs.push(`${encodePart(name)}=${encodePart(value)}`);
  }
  let headers = '';
  for (const name of claim.signedHeaders) {
    headers += `${name}:${(headerOf(request.headers, name) ?? '').trim().replace(/\s+/gu, ' ')}\n`;
  }
  return (
    `${request.method}\n${canonicalPath(request.rawPath)}\n${pairs.sort(byText).join('&')}\n` +
    `${headers}\n${claim.signedHeaders.join(';')}\n${claim.payloadHash}`
  );
}

/** By the encoded `name=value`; `=` sorts before everything that may follow a shorter name, `-` and `.` and digits not. */
function byText(left: string, right: string): number {
  const [leftName = '', leftValue = ''] = left.split('=', 2);
  const [rightName = '', rightValue = ''] = right.split('=', 2);
  if (leftName !== rightName) return leftName < rightName ? -1 : 1;
  return leftValue < rightValue ? -1 : leftValue > rightValue ? 1 : 0;
}

function canonicalPath(rawPath: string): string {
  if (/^[\w.~/-]*$/u.test(rawPath)) return rawPath;
  return rawPath
    .split('/')
    .map((segment) => encodePart(decodeURIComponent(segment)))
    .join('/');
}

/** Returns the signature's age in milliseconds. */
function checkTime(request: S3Request, claim: Claim, now: Date): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(claim.time) ?? [];
  const signedAt = Date.parse(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  );
  if (Number.isNaN(signedAt)) throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  const age = now.getTime() - signedAt;
  if (!claim.presigned) {
    if (Math.abs(age) <= maxSkewMilliseconds) return age;
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        elements: {
          RequestTime: claim.time,
          ServerTime: now.toISOString(),
          MaxAllowedSkewMilliseconds: String(maxSkewMilliseconds),
        },
      },
    );
  }
  const expires = Number(request.query.get('X-Amz-Expires'));
  if (age < -maxSkewMilliseconds) throw accessDenied('Request is not yet valid');
  if (age > expires * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      elements: {
        'X-Amz-Expires': String(expires),
        Expires: new Date(signedAt + expires * 1000).toISOString(),
        ServerTime: now.toISOString(),
      },
    });
  }
  return age;
}

function checkToken(request: S3Request, credential: CredentialOptions, now: Date): void {
  const token = headerOf(request.headers, 'x-amz-security-token') ?? request.query.get('X-Amz-Security-Token');
  if (token !== credential.sessionToken) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (credential.expiration !== undefined && credential.expiration <= now) {
    throw new S3Error('ExpiredToken', 'The provided token has expired.');
  }
}

function readPayload(request: S3Request, payloadHash = headerOf(request.headers, 'x-amz-content-sha256')): Payload {
  if (payloadHash === undefined || payloadHash === 'UNSIGNED-PAYLOAD') return 'unsigned';
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return 'unsigned-trailer';
  if (/^[0-9a-f]{64}$/u.test(payloadHash)) return { sha256: payloadHash };
  if (payloadHash.startsWith('STREAMING-')) {
    throw new S3Error('NotImplemented', `This store does not read bodies signed as ${payloadHash}.`);
  }
  throw new S3Error(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, or a valid sha256 value.',
  );
}
