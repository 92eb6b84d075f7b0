import { z } from 'zod';
import { ApiError } from '../http/api-error.ts';
import { errorBody, parseJson } from '../http/body.ts';
import { apiRoute, findRoute, type Answer, type Route, type SessionCall } from '../http/router.ts';

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm */
const MOST_REQUESTS = 25;
const MOST_COLLECTIONS = 5;

const compositeSchema = z.object({
  allOrNone: z.boolean().optional(),
  compositeRequest: z.array(
    z.object({
      method: z.string(),
      url: z.string(),
      referenceId: z.string(),
      body: z.unknown().optional(),
      httpHeaders: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
const batchSchema = z.object({
  haltOnError: z.boolean().optional(),
  batchRequests: z.array(z.object({ method: z.string(), url: z.string(), richInput: z.unknown().optional() })),
});

class RollBack extends Error {}

function read<Body>(schema: z.ZodType<Body>, value: unknown): Body {
  const body = schema.safeParse(value);
  if (body.success) return body.data;
  throw new ApiError(400, 'JSON_PARSER_ERROR', z.prettifyError(body.error));
}

function refuseTooMany(count: number): void {
  if (count > MOST_REQUESTS) {
    throw new ApiError(400, 'EXCEEDED_ID_LIMIT', `The limit of ${MOST_REQUESTS} subrequests is exceeded`);
  }
}

/** Of all subrequests, five may be sObject collections or queries. */
function refuseTooManyCollections(requests: readonly { readonly url: string }[]): void {
  const heavy = requests.filter(({ url }) => /\/(?:composite\/sobjects|query(?:All)?)\b/.test(url)).length;
  if (heavy > MOST_COLLECTIONS) {
    throw new ApiError(
      400,
      'EXCEEDED_ID_LIMIT',
      `The limit of ${MOST_COLLECTIONS} collection and query subrequests is exceeded`,
    );
  }
}

/** One subrequest, answered by the same routes; it counts as no API call of its own. */
async function subrequest(
  call: SessionCall,
  routes: readonly Route[],
  { method, url: address, body }: { readonly method: string; readonly url: string; readonly body: unknown },
): Promise<Answer> {
  const url = new URL(address.startsWith('/') ? address : `/services/data/${address}`, call.org.url);
  const found = findRoute(routes, method.toUpperCase(), url.pathname);
  try {
    if (!('route' in found)) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
    const used = call.org.limits.used;
    const bytes = Buffer.from(JSON.stringify(body ?? null));
    const answer = await found.route.answer({
      ...call,
      method: method.toUpperCase(),
      url,
      params: found.params,
      version: Number(found.params.version ?? call.version),
      body: () => Promise.resolve(bytes),
      json: () => Promise.resolve(parseJson(bytes)),
    });
    call.org.limits.used = used;
    return answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, json: [errorBody(error)] };
  }
}

/** `@{ref.id}` in an address or a body stands for what an earlier subrequest answered. */
function withReferences(value: unknown, results: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g, (whole, name: string, path: string) => {
      if (!results.has(name)) {
        throw new ApiError(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${whole} found`);
      }
      const steps = path.match(/\w+/g) ?? [];
      let here = results.get(name);
      for (const step of steps) here = (here as Record<string, unknown> | null | undefined)?.[step];
      return String(here);
    });
  }
  if (Array.isArray(value)) return value.map((item) => withReferences(item, results));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReferences(item, results)]));
  }
  return value;
}

async function answerComposite(call: SessionCall, routes: readonly Route[]): Promise<Answer> {
  const { compositeRequest, allOrNone } = read(compositeSchema, await call.json());
  refuseTooMany(compositeRequest.length);
  refuseTooManyCollections(compositeRequest);
  const results = new Map<string, unknown>();
  const answers: { body: unknown; httpHeaders: object; httpStatusCode: number; referenceId: string }[] = [];
  const work = async (): Promise<void> => {
    for (const request of compositeRequest) {
      const { referenceId } = request;
      const url = String(withReferences(request.url, results));
      const body = withReferences(request.body, results);
      const answer = await subrequest(call, routes, { method: request.method, url, body });
      answers.push({ body: answer.json ?? null, httpHeaders: {}, httpStatusCode: answer.status, referenceId });
      if (answer.status < 300) results.set(referenceId, answer.json);
      else if (allOrNone) throw new RollBack();
    }
  };
  if (allOrNone !== true) await work();
  else await rollingBack(call, work, answers, compositeRequest);
  return { status: 200, json: { compositeResponse: answers } };
}

/** All or none: what was written is taken back, and the rest is told as halted. */
async function rollingBack(
  call: SessionCall,
  work: () => Promise<void>,
  answers: { body: unknown; httpHeaders: object; httpStatusCode: number; referenceId: string }[],
  requests: readonly { referenceId: string }[],
): Promise<void> {
  const { db } = call.org.store;
  db.exec('SAVEPOINT composite');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RollBack)) throw error;
    db.exec('ROLLBACK TO composite');
    const halted = {
      body: [
        {
          errorCode: 'PROCESSING_HALTED',
          message: 'The transaction was rolled back since another operation in the same transaction failed.',
        },
      ],
      httpHeaders: {},
      httpStatusCode: 400,
    };
    const failed = answers.length - 1;
    requests.forEach(({ referenceId }, index) => {
      if (index !== failed) answers[index] = { ...halted, referenceId };
    });
  } finally {
    db.exec('RELEASE composite');
  }
}

async function answerBatch(call: SessionCall, routes: readonly Route[]): Promise<Answer> {
  const { batchRequests, haltOnError } = read(batchSchema, await call.json());
  refuseTooMany(batchRequests.length);
  const results: { statusCode: number; result: unknown }[] = [];
  let hasErrors = false;
  for (const request of batchRequests) {
    if (hasErrors && haltOnError) {
      results.push({ statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message: 'halted' }] });
      continue;
    }
    const answer = await subrequest(call, routes, {
      method: request.method,
      url: request.url,
      body: request.richInput,
    });
    hasErrors ||= answer.status >= 300;
    results.push({ statusCode: answer.status, result: answer.json ?? null });
  }
  return { status: 200, json: { hasErrors, results } };
}

/** Several requests in one, over these routes. */
export function compositeRoutes(routes: readonly Route[]): readonly Route[] {
  return [
    apiRoute('POST', '/composite', 'composite', (call) => answerComposite(call, routes)),
    apiRoute('POST', '/composite/batch', 'composite.batch', (call) => answerBatch(call, routes)),
  ];
}
