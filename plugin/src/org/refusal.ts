import { Failure, type FailureClass } from '../model/failure.ts';
import { orgFailureCode } from '../model/failure-codes.ts';
import { retryAfter } from '../model/retry-after.ts';
import { classOfCode } from './error-class.ts';
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
      actions: actionsFor(errorCode),
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

/** What to make of a connection that failed. Errors before the request was sent prove that the org did nothing. */
export function lostAnswer(error: unknown, request: string): Refusal {
  const code = codeOf(error);
  const unsent = code !== undefined && UNSENT.has(code);
  return {
    mayHaveActed: !unsent,
    sessionExpired: false,
    failure: new Failure(
      unsent
        ? `Salesforce cannot be reached for ${request} (${code}).`
        : `The answer of Salesforce to ${request} was lost (${code ?? 'connection broke'}).`,
      { code: unsent ? 'org-unreachable' : 'org-answer-lost', failureClass: 'retry', cause: error },
    ),
  };
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', CONNECT_TIME_OUT]);

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(error.cause);
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

/** One short line without control characters; a session id (`00D…!…`) that an error page repeats is blotted out. */
function presentable(text: string): string {
  const line = text
    .replaceAll(/\b00D\w{12,15}![\w.]+/g, '(session)')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

function classOfStatus(status: number, errorCode: string | undefined, message: string): FailureClass {
  const byCode = errorCode === undefined ? undefined : classOfCode(errorCode, message);
  if (byCode !== undefined) return byCode;
  if (status === 429) return 'pause';
  return status >= 500 || status === 406 || status === 420 ? 'retry' : 'stop';
}

function actionsFor(errorCode: string | undefined): readonly string[] {
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
    case 'REQUEST_LIMIT_EXCEEDED':
      return ['Wait until the daily API limit frees up (it rolls over 24 hours), or raise it in Salesforce.'];
    default:
      return [];
  }
}
