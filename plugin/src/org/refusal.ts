import { Failure, type FailureClass } from '../model/failure.ts';
import { orgFailureCode } from '../model/failure-codes.ts';
import { retryAfter } from '../model/retry-after.ts';
import { classOfCode, isConcurrency } from './error-class.ts';
import { CONNECT_TIME_OUT } from './transport.ts';

/** An answer of the org that is no success, or no answer at all. */
export type Refusal = {
  readonly failure: Failure;
  /** Absent when there was no answer. */
  readonly status?: number;
  /** Whether the org may have done what was asked although it did not say so. */
  readonly mayHaveActed: boolean;
  readonly sessionExpired: boolean;
};

const LONGEST_MESSAGE = 500;

/** Reads `[{errorCode, message}]`, what the org answers to a request that failed. */
export function refusalOf(status: number, headers: Headers, body: string, request: string): Refusal {
  if (status === 407) return refusalOfProxy(status);
  if (status >= 300 && status < 400) return redirected(status, headers, request);
  const { errorCode, message } = firstError(body);
  const retryAfterMs = retryAfter(headers['retry-after']);
  const said = errorCode === undefined ? message : `${errorCode}: ${message}`;
  return {
    status,
    mayHaveActed: status >= 500 || status === 420 || status === 406,
    // The OAuth resources answer a dead token with this word and 403.
    sessionExpired: status === 401 || message === 'Bad_OAuth_Token',
    failure: new Failure(`Salesforce answered ${status} to ${request}: ${said}`, {
      code: orgFailureCode(errorCode ?? `http-${status}`),
      failureClass: classOfStatus(status, errorCode, message),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      actions: actionsFor(status, errorCode, message),
    }),
  };
}

function refusalOfProxy(status: number): Refusal {
  return {
    status,
    mayHaveActed: false,
    sessionExpired: false,
    failure: new Failure('The proxy on the way to Salesforce wants to know who asks (407).', {
      code: 'org-proxy-refused',
      actions: ['Name user and password in the proxy’s address: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT'],
    }),
  };
}

/**
 * Nothing is sent to where an answer points: the token belongs to the org's own host. A permanent redirect says that the
 * org has moved (My Domain, instance); a temporary one leads to a maintenance page.
 */
function redirected(status: number, headers: Headers, request: string): Refusal {
  const target = originOf(headers.location);
  const isPermanent = status === 301 || status === 308;
  return {
    status,
    mayHaveActed: false,
    sessionExpired: false,
    failure: new Failure(
      `Salesforce answered ${status} to ${request} and points to ${target ?? 'no other address'}; nothing was sent there.`,
      {
        code: isPermanent ? 'org-moved' : 'org-redirected',
        failureClass: isPermanent ? 'stop' : 'retry',
        actions: isPermanent
          ? [`Log in at the new address: sf org login web --instance-url ${target ?? '<address>'}`]
          : ['See whether Salesforce is under maintenance: https://status.salesforce.com'],
      },
    ),
  };
}

function originOf(location: string | string[] | undefined): string | undefined {
  return typeof location === 'string' && URL.canParse(location) ? new URL(location).origin : undefined;
}

/** An answer of success that is none of Salesforce's: a page of a proxy or of maintenance, or nothing where data must be. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
  readonly start: string;

  /** @param body as it came; its beginning is shown */
  constructor(body: string) {
    super('The answer is not what Salesforce sends.');
    this.start = presentable(body).slice(0, 120);
  }
}

export function unreadable({ start }: UnreadableAnswer, request: string): Refusal {
  return {
    mayHaveActed: true,
    sessionExpired: false,
    failure: new Failure(
      `Unexpected response to ${request}: this does not look like Salesforce (${start === '' ? 'an empty answer' : `“${start}”`}).`,
      {
        code: 'org-unreadable-answer',
        failureClass: 'retry',
        actions: ['Check whether a proxy or a maintenance page stands between this machine and Salesforce.'],
      },
    ),
  };
}

/**
 * What to make of a connection that failed. Errors before the request was sent prove that the org did nothing.
 * @param host where it should have led
 */
export function lostAnswer(error: unknown, request: string, host = 'Salesforce'): Refusal {
  const code = codeOf(error);
  if (code !== undefined && UNTRUSTED.test(code)) return untrusted(code, host, error);
  const unsent = code !== undefined && UNSENT.has(code);
  return {
    mayHaveActed: !unsent,
    sessionExpired: false,
    failure: new Failure(
      unsent
        ? `${host} cannot be reached for ${request} (${code}).`
        : `The answer of ${host} to ${request} was lost (${code ?? 'connection broke'}).`,
      {
        code: unsent ? 'org-unreachable' : 'org-answer-lost',
        failureClass: 'retry',
        actions: unsent ? unreachableActions(code) : [],
        cause: error,
      },
    ),
  };
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** TLS: who signed the certificate is not known here. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', CONNECT_TIME_OUT]);

function untrusted(code: string, host: string, cause: unknown): Refusal {
  return {
    mayHaveActed: false,
    sessionExpired: false,
    failure: new Failure(`The certificate of ${host} is signed by nobody that this machine trusts (${code}).`, {
      code: 'org-untrusted-certificate',
      failureClass: 'stop',
      actions: [
        'Where a proxy signs with the company’s own authority: NODE_EXTRA_CA_CERTS=<file with its certificate>',
      ],
      cause,
    }),
  };
}

/** A name that nobody knows is usually an old one; other troubles are this machine's network. */
function unreachableActions(code: string): readonly string[] {
  return code === 'ENOTFOUND'
    ? [
        'The org’s address is gone after a refreshed sandbox or a renamed My Domain: sf org login web --instance-url <its address>',
        'See the address that sf keeps: sf org display',
      ]
    : ['Check the network between this machine and Salesforce (firewall, HTTPS_PROXY), then run the command again.'];
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(error.cause);
}

/** Node's own code of a connection that failed, wherever in the chain of causes it stands; no other error's code. */
export function networkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && (syscall !== undefined || UNTRUSTED.test(code))) return code;
  return networkCode(error.cause);
}

function firstError(body: string): { errorCode?: string; message: string } {
  const parsed = parseJson(body);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (typeof first === 'object' && first !== null) {
    const { errorCode, message, error, error_description: description } = first as Record<string, unknown>;
    const code = [errorCode, error].find(isString);
    const text = [message, description].find(isString);
    if (code !== undefined && /^\w{1,80}$/.test(code)) return { errorCode: code, message: presentable(text ?? code) };
  }
  return { message: presentable(body) || 'no reason given' };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One short line without markup and control characters; a session id (`00D…!…`) that a page repeats is blotted out. */
export function presentable(text: string): string {
  const line = (/^\s*<[!?a-z]/i.test(text) ? withoutMarkup(text) : text)
    .replaceAll(/\b00D\w{12,15}![\w.]+/g, '(session)')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

function withoutMarkup(page: string): string {
  return page.replaceAll(/<(script|style|head)\b.*?<\/\1>/gis, ' ').replaceAll(/<[^>]*>/g, ' ');
}

function classOfStatus(status: number, errorCode: string | undefined, message: string): FailureClass {
  const byCode = errorCode === undefined ? undefined : classOfCode(errorCode, message);
  if (byCode !== undefined) return byCode;
  if (status === 429) return 'pause';
  return status >= 500 || status === 406 || status === 420 ? 'retry' : 'stop';
}

function actionsFor(status: number, errorCode: string | undefined, message: string): readonly string[] {
  if (status === 414 || status === 431) {
    return [
      'Shorten the condition org.document.where in migration.json: a query travels in the address of its request.',
    ];
  }
  switch (errorCode) {
    case 'INVALID_FIELD':
      return [
        'Give the integration user read access to the field, or correct its name in migration.json.',
        'sf migrate files doctor',
      ];
    case 'INVALID_TYPE':
      return [
        'Correct the object name in migration.json, or give the integration user access to the object.',
        'sf migrate files doctor',
      ];
    case 'API_DISABLED_FOR_ORG':
      return ['Give the integration user the permission API Enabled.'];
    case 'QUERY_TIMEOUT':
      return [
        'Narrow the query: --account, or org.document.where in migration.json on an indexed field',
        'Or ask Salesforce Support for an index on the fields that org.document.where names',
      ];
    case 'REQUEST_LIMIT_EXCEEDED':
      if (isConcurrency(message)) return ['Run the command again when other long requests of the org have ended.'];
      return ['Wait until the daily API limit frees up (it rolls over 24 hours), or raise it in Salesforce.'];
    default:
      return [];
  }
}
