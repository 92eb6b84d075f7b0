import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Faults } from '../faults/faults.ts';
import { memoryContent } from './blobs.ts';
import type { Answer, Settings } from './call.ts';
import { nameOperation, operations, type OperationName } from './operations/index.ts';
import { Authorizer } from './policies/authorizer.ts';
import { S3Error } from './s3-error.ts';
import { readRequest, type S3Request } from './s3-request.ts';
import { sendAnswer } from './send-answer.ts';
import type { createVerifier, Verified } from './signature.ts';
import type { Store } from './store.ts';
import type { StoreFault } from './store-faults.ts';
import type { Traffic } from './traffic.ts';
import { xmlError } from './xml.ts';

export type Service = {
  readonly store: Store;
  readonly settings: Settings;
  readonly verify: ReturnType<typeof createVerifier>;
  readonly traffic: Traffic;
  readonly complain: (line: string) => void;
  faults: Faults<StoreFault>;
  /** Resolved when other faults are set. */
  faultsReplaced: PromiseWithResolvers<void>;
};

/** Takes one request from reading to answer. Never throws: what goes wrong is an answer or a cut connection. */
export async function handleRequest(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID().slice(-12).toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  let request: S3Request | undefined;
  let operation: OperationName | undefined;
  let fault: StoreFault | undefined;
  let verified: Verified | undefined;
  let authorizer: Authorizer | undefined;
  let answer: Answer | undefined;
  try {
    request = readRequest(incoming);
    operation = nameOperation(request);
    fault = service.faults.pick({
      operation: operation ?? 'unsupported',
      resource: request.key === '' ? request.bucket : `${request.bucket}/${request.key}`,
    });
    if ((await strikeBefore(fault, service, response)) === 'no answer') return;
    verified = service.verify(request);
    requireRegion(service, request, verified);
    if (operation === undefined) throw notImplemented(request);
    const { store, settings } = service;
    authorizer = new Authorizer({ ...verified, request, operation, buckets: store.buckets });
    authorizer.requireAll();
    answer = await operations[operation]({ request, ...verified, authorizer, store, settings });
    if ((await strikeAfter(fault, response)) === 'no answer') {
      answer = undefined;
      return;
    }
    if (fault?.kind === 'change-object') answer = changeObject(service.store, request, answer);
    await sendAnswer(response, answer, service.store.blobs, fault);
  } catch (error) {
    answer = refuse(service, error, response, { request, requestId, fault });
    if (answer === undefined) response.destroy();
    else await sendAnswer(response, answer, service.store.blobs, undefined);
  } finally {
    const principal = verified?.principal;
    service.traffic.note({
      operation: operation ?? 'unsupported',
      bucket: request?.bucket ?? '',
      key: request?.key ?? '',
      status: answer?.status,
      accessKeyId: principal === undefined || principal === 'anonymous' ? undefined : principal.accessKeyId,
      role: principal === undefined || principal === 'anonymous' ? undefined : principal.role?.arn,
      granted: authorizer?.granted ?? [],
      fault: fault?.kind,
    });
  }
}

type Strike = 'answer' | 'no answer';

async function strikeBefore(
  fault: StoreFault | undefined,
  { faultsReplaced }: Service,
  response: ServerResponse,
): Promise<Strike> {
  if (fault === undefined) return 'answer';
  if (fault.kind === 'latency') await setTimeout(fault.milliseconds);
  if (fault.kind === 'hold') await faultsReplaced.promise;
  if (fault.kind === 'error' && fault.acted !== true) throw faultError(fault.code);
  if (fault.kind === 'error-in-200') throw faultError(fault.code);
  if (fault.kind === 'stall' && fault.acted !== true) return stall(fault.milliseconds, response);
  if (fault.kind === 'cut' && !fault.acted) return cut(response);
  return 'answer';
}

async function strikeAfter(fault: StoreFault | undefined, response: ServerResponse): Promise<Strike> {
  if (fault?.kind === 'error') throw faultError(fault.code);
  if (fault?.kind === 'stall') return stall(fault.milliseconds, response);
  return fault?.kind === 'cut' ? cut(response) : 'answer';
}

function cut(response: ServerResponse): Strike {
  response.destroy();
  return 'no answer';
}

async function stall(milliseconds: number | undefined, response: ServerResponse): Promise<Strike> {
  if (milliseconds === undefined) return 'no answer';
  await setTimeout(milliseconds, undefined, { ref: false });
  return cut(response);
}

const faultError = (code: S3Error['code']): S3Error =>
  new S3Error(
    code,
    code === 'SlowDown' ? 'Please reduce your request rate.' : 'We encountered an internal error. Please try again.',
  );

/** The object becomes another one while its answer, already read, is on its way. */
function changeObject(store: Store, request: S3Request, answer: Answer): Answer {
  const bucket = store.buckets.get(request.bucket);
  const version = bucket?.current(request.key);
  if (bucket === undefined || version === undefined) return answer;
  const read = (content: typeof version.content) => Buffer.concat([...store.blobs.read(content, 0, content.size)]);
  const body = typeof answer.body === 'object' ? memoryContent(read(answer.body)) : answer.body;
  const bytes = read(version.content).map((byte) => ~byte & 255);
  const { headers, storageClass } = version;
  store.put(bucket, request.key, {
    headers,
    storageClass,
    etag: createHash('md5').update(bytes).digest('hex'),
    content: store.blobs.share(memoryContent(Buffer.from(bytes))),
  });
  return body === undefined ? answer : { ...answer, body };
}

/** A bucket answers in its own region only: the service's own endpoint redirects, any other signature is wrong. */
function requireRegion({ store, settings }: Service, request: S3Request, { region }: Verified): void {
  const bucket = store.buckets.get(request.bucket);
  const expected = bucket?.region ?? settings.region;
  if (region === undefined || region === expected) return;
  const headers = { 'x-amz-bucket-region': expected };
  if (region === settings.region) {
    throw new S3Error(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { elements: { Endpoint: request.headers.host ?? '', Bucket: request.bucket, Region: expected }, headers },
    );
  }
  const code = request.query.has('X-Amz-Signature')
    ? 'AuthorizationQueryParametersError'
    : 'AuthorizationHeaderMalformed';
  throw new S3Error(
    code,
    `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`,
    {
      elements: { Region: expected },
      headers,
    },
  );
}

function notImplemented({ method, rawPath, query }: S3Request): S3Error {
  const names = [...query.keys()].join(', ');
  return new S3Error(
    'NotImplemented',
    `This store does not do ${method} ${rawPath}${names === '' ? '' : ` with ${names}`}.`,
  );
}

/** The answer to an error; undefined when nobody is there to be answered or the answer is already under way. */
function refuse(
  service: Service,
  error: unknown,
  response: ServerResponse,
  {
    request,
    requestId,
    fault,
  }: { readonly request: S3Request | undefined; readonly requestId: string; readonly fault: StoreFault | undefined },
): Answer | undefined {
  if (response.headersSent || (response.req.destroyed && !response.req.complete)) return undefined;
  const refusal =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  if (refusal !== error)
    service.complain(`object store: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  if (refusal.code === 'NotImplemented') service.complain(`object store: 501 ${refusal.message}`);
  const body = xmlError({
    Code: refusal.code,
    Message: refusal.message,
    ...refusal.elements,
    Resource: request?.rawPath,
    RequestId: requestId,
    HostId: 'object-store',
  });
  return {
    status: fault?.kind === 'error-in-200' ? 200 : refusal.status,
    headers: { 'content-type': 'application/xml', ...refusal.headers },
    body,
  };
}
