import { text } from 'node:stream/consumers';
import { Failure } from '../model/failure.ts';
import type { FailureCode } from '../model/failure-codes.ts';
import { backoffMs, wait, type Backoff } from '../async/backoff.ts';
import type { ApiUsage } from './port.ts';
import { lostAnswer, refusalOf, unreadable, UnreadableAnswer, type Refusal } from './refusal.ts';
import { sessionExpired, type OrgSession } from './session.ts';
import { transportTo, type Transport, type TransportAnswer } from './transport.ts';

/** HTTP to one org: session, retries, time-outs, API budget. Nothing here knows what is asked. */
export type OrgClient = {
  readonly session: OrgSession;
  readonly signal: AbortSignal | undefined;
  readonly backoff: Backoff;
  /** Asks and parses the answer's JSON; an empty answer, or a page of HTML, counts as an answer that was lost. */
  json(request: OrgRequest): Promise<unknown>;
  /** Asks for something whose success says nothing more. */
  done(request: OrgRequest): Promise<void>;
  /**
   * Asks and hands the answer to `read`, as part of the request: when the body breaks there, a repeatable request is
   * sent again. What `read` throws as a Failure goes straight to the caller.
   */
  ask<T>(request: OrgRequest, read: (answer: OrgAnswer) => Promise<T>): Promise<T>;
  /** Asks and leaves the body to the caller, who reads it to the end or destroys it. */
  open(request: OrgRequest): Promise<OrgAnswer>;
  /** The server's clock and when we asked it, both in milliseconds since 1970; costs no API call. */
  serverTime(): Promise<{ server: number; local: number }>;
  usage(): ApiUsage | undefined;
  requests(): number;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
};

export type OrgRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the instance, from its slash on: see {@link dataPath}. */
  readonly path: string;
  readonly body?: unknown;
  /** A body that is no JSON. */
  readonly content?: { readonly type: string; readonly body: string | Buffer };
  readonly accept?: string;
  /** Whether sending it twice does no harm, because an answer may be lost. By default so for GET, PUT and DELETE. */
  readonly repeatable?: boolean;
  /** It changes the org's data: the fence is asked before every try. */
  readonly writes?: boolean;
  /** Codes of refusals which another try of this very request would only meet again. */
  readonly hopeless?: readonly FailureCode[];
  /** Gives a refusal the meaning that its status has for this request. */
  readonly explain?: (status: number, failure: Failure) => Failure;
};

export type OrgAnswer = TransportAnswer;

export type ClientOptions = {
  readonly session: OrgSession;
  /** Throws when this process may not write any more. */
  readonly fence?: () => Promise<void>;
  readonly signal?: AbortSignal;
  /** Tries of one request, the first included. */
  readonly tries?: number;
  readonly backoff?: Backoff;
  /** Longest silence of the server before its answer and inside it. Salesforce itself gives up after 120 s. */
  readonly silenceMs?: number;
};

/** Longest wait inside one request; what the server wants beyond becomes a `pause`. */
const LONGEST_WAIT_MS = 60_000;

/** The path of a REST resource in one API version. */
export function dataPath(apiVersion: string, resource: string): string {
  return `/services/data/v${apiVersion}/${resource}`;
}

export function orgClient(options: ClientOptions): OrgClient {
  const { session, signal, fence, tries = 5, silenceMs = 150_000 } = options;
  const backoff = options.backoff ?? { firstMs: 500, mostMs: 20_000 };
  const transports = new Map<string, Transport>();
  let requests = 0;
  let usage: ApiUsage | undefined;
  let refreshing: Promise<void> | undefined;
  let served: Promise<readonly string[]> | undefined;

  /** To where the org is now: a refresh may tell of another address. */
  function transport(): Transport {
    const origin = session.instanceUrl;
    const known = transports.get(origin) ?? transportTo(origin, silenceMs);
    transports.set(origin, known);
    return known;
  }

  /** One refresh for all requests that find the same token expired. */
  async function refresh(expired: string): Promise<void> {
    if (session.accessToken() !== expired) return;
    refreshing ??= session.refresh(signal).finally(() => (refreshing = undefined));
    await refreshing;
  }

  async function attempt<T>(request: OrgRequest, token: string, read: Reader<T>): Promise<Attempt<T>> {
    const { method = 'GET' } = request;
    const name = `${method} ${request.path.split('?', 1)[0] ?? ''}`;
    try {
      requests++;
      const answer = await transport().send(pathOf(session, request.path), {
        method,
        headers: headersOf(request, token),
        body: bodyOf(request),
        signal,
      });
      usage = usageOf(answer.headers['sforce-limit-info']) ?? usage;
      if (answer.status >= 200 && answer.status < 300) return { value: await read(answer) };
      return { refusal: refusalOf(answer.status, answer.headers, await text(answer.body), name) };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Failure) throw error;
      if (error instanceof UnreadableAnswer) return { refusal: unreadable(error, name) };
      return { refusal: lostAnswer(error, name, new URL(session.instanceUrl).host) };
    }
  }

  async function ask<T>(request: OrgRequest, read: Reader<T>): Promise<T> {
    const { method = 'GET' } = request;
    const repeatable = request.repeatable ?? (method !== 'POST' && method !== 'PATCH');
    let refreshed = false;
    for (let nth = 1; ; nth++) {
      signal?.throwIfAborted();
      if (request.writes === true) await fence?.();
      const token = session.accessToken();
      const { refusal, value } = await attempt(request, token, read);
      if (refusal === undefined) return value;
      if (refusal.sessionExpired) {
        if (refreshed) throw sessionExpired(undefined, refusal.failure);
        refreshed = true;
        await refresh(token);
        continue;
      }
      const waitMs = refusal.failure.retryAfterMs ?? backoffMs(backoff, nth);
      const again = nth < tries && waitMs <= LONGEST_WAIT_MS && (repeatable || !refusal.mayHaveActed);
      const hopeless = request.hopeless?.includes(refusal.failure.code) === true;
      if (!again || hopeless || !passing(refusal)) {
        await requireVersion(request.path, refusal);
        throw explained(request, refusal);
      }
      await wait(waitMs, signal);
    }
  }

  /** An org without this API version answers 404 to every path of it, whatever is asked. */
  async function requireVersion(path: string, { status }: Refusal): Promise<void> {
    const version = /^\/services\/data\/v([\d.]+)\//.exec(path)?.[1];
    if (status !== 404 || version === undefined) return;
    served ??= servedVersions({ ask }).catch(() => []);
    const versions = await served;
    if (versions.length > 0 && !versions.includes(version)) throw versionMissing(session, version, versions);
  }

  return {
    session,
    signal,
    backoff,
    ask,
    json: (request) => ask(request, async (answer) => parsed(await text(answer.body))),
    done: (request) =>
      ask(request, async (answer) => {
        const body = await text(answer.body);
        if (body !== '') parsed(body);
      }),
    open: (request) => ask(request, (answer) => Promise.resolve(answer)),
    serverTime: async () => {
      const local = Date.now();
      const server = await ask({ path: '/services/data' }, async ({ headers, body }) => {
        body.resume();
        return Promise.resolve(Date.parse(String(headers.date)));
      });
      if (Number.isNaN(server)) throw noDate();
      return { server, local: (local + Date.now()) / 2 };
    },
    usage: () => usage,
    requests: () => requests,
    close: () => {
      for (const transport of transports.values()) transport.close();
      return Promise.resolve();
    },
  };
}

type Reader<T> = (answer: OrgAnswer) => Promise<T>;
type Attempt<T> = { refusal: Refusal; value?: undefined } | { refusal?: undefined; value: T };

function explained({ explain }: OrgRequest, { status, failure }: Refusal): Failure {
  return explain === undefined || status === undefined ? failure : explain(status, failure);
}

/** A rate limit passes within seconds when the server says when; a spent daily budget does not. */
function passing({ status, failure }: Refusal): boolean {
  return status === 429 || failure.failureClass === 'retry';
}

/** A path may come from the org (`nextRecordsUrl`): the token goes to the org's own host and nowhere else. */
function pathOf(session: OrgSession, path: string): string {
  const url = new URL(path, session.instanceUrl);
  if (url.origin === session.instanceUrl) return url.pathname + url.search;
  throw new Failure(`Salesforce pointed to another host, ${url.host}; nothing was sent there.`, {
    code: 'org-foreign-host',
  });
}

function headersOf({ body, content, accept }: OrgRequest, token: string): Record<string, string> {
  const type = content?.type ?? (body === undefined ? undefined : 'application/json; charset=UTF-8');
  return {
    authorization: `Bearer ${token}`,
    accept: accept ?? 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': 'file-migration-for-salesforce',
    ...(type === undefined ? {} : { 'content-type': type }),
  };
}

function bodyOf({ body, content }: OrgRequest): string | Buffer | undefined {
  if (content !== undefined) return content.body;
  return body === undefined ? undefined : JSON.stringify(body);
}

/** `api-usage=18/15000`, the org's, not the connected app's own (`per-app-api-usage`). */
function usageOf(header: string | string[] | undefined): ApiUsage | undefined {
  const found = /(?:^|[;,\s])api-usage=(\d+)\/(\d+)/.exec(String(header));
  return found === null ? undefined : { used: Number(found[1]), limit: Number(found[2]) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreadableAnswer(body);
  }
}

function noDate(): Failure {
  return new Failure('Salesforce sent an answer without the time of its clock (Date).', {
    code: 'org-unreadable-answer',
    failureClass: 'retry',
    actions: ['Let no proxy remove the Date header from answers.'],
  });
}

/** The API versions that an org serves, oldest first; asked without a version, and no API call. */
export async function servedVersions(client: Pick<OrgClient, 'ask'>): Promise<readonly string[]> {
  const list = await client.ask({ path: '/services/data' }, async ({ body }) => parsed(await text(body)));
  return (list as { version: string }[])
    .map(({ version }) => version)
    .toSorted((one, other) => Number(one) - Number(other));
}

/** The newest API version that an org serves. */
export async function newestVersion(session: OrgSession, signal?: AbortSignal): Promise<string> {
  const client = orgClient({ session, ...(signal !== undefined && { signal }) });
  try {
    const newest = (await servedVersions(client)).at(-1);
    if (newest !== undefined) return newest;
    throw new Failure(`${new URL(session.instanceUrl).host} names no API version.`, {
      code: 'org-unreadable-answer',
      failureClass: 'retry',
      actions: [
        'Check whether a proxy stands between this machine and Salesforce, or set org.apiVersion in migration.json.',
      ],
    });
  } finally {
    await client.close();
  }
}

function versionMissing({ instanceUrl }: OrgSession, version: string, versions: readonly string[]): Failure {
  const newest = versions.at(-1) ?? '';
  return new Failure(`${new URL(instanceUrl).host} has no API version ${version}; its newest is ${newest}.`, {
    code: 'org-api-version-missing',
    failureClass: 'stop',
    actions: [
      `Set org.apiVersion to "${newest}" in migration.json, or remove it there`,
      `Or correct sf's own setting: sf config set org-api-version=${newest} (the variable SF_ORG_API_VERSION wins)`,
    ],
  });
}
