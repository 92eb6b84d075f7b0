import { keyPrefix, parseSalesforceId, type DocumentId } from '@file-migration/config';
import type { Request, RequestHandler, Response } from 'express';
import { destinationOf, type DestinationRules } from '../access/destination.ts';
import type { DocumentAccess } from '../access/document-access.ts';
import type { DocumentRow } from '../access/document-row.ts';
import { presentationOf } from '../content/presentation.ts';
import type { Mode, ModeFile } from '../mode/mode-file.ts';
import type { Audit, Decision, Via } from '../operations/audit.ts';
import { nameOf } from '../operations/logs.ts';
import type { Pages } from '../pages/page.ts';
import { REFUSALS, type Refusal } from '../pages/refusals.ts';
import type { Signer } from '../presign/signer.ts';
import type { Attempts } from '../sign-in/attempt.ts';
import type { Bounce } from '../sign-in/bounce.ts';
import { LINK_TOKEN, callerOf, type Caller, type CallerParts } from '../sign-in/caller.ts';
import type { OrgLogin } from '../sign-in/org-login.ts';
import { ageOf, type Session, type Sessions } from '../sign-in/session.ts';
import { visitOf, wantsJson } from '../sign-in/visit.ts';
import { redirect, refuse } from './answers.ts';
import { clickOf } from './click.ts';

export type DocumentRouteParts = {
  /** The first three characters of the document object's ids. */
  readonly idPrefix: string;
  readonly mode: ModeFile;
  readonly callers: CallerParts;
  readonly access: DocumentAccess;
  readonly rules: DestinationRules;
  readonly signer: Signer;
  readonly login: OrgLogin;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  /** Without it users whom the org cannot be asked about stay outside. */
  readonly bounce: Bounce | undefined;
  readonly pages: Pages;
  readonly audit: Audit;
};

/** Where a click leads, and what is written down about it. */
type Outcome =
  | { readonly decision: Decision & { kind: 'opened' }; readonly url: string; readonly expiresAt: Date | undefined }
  | { readonly decision: Decision & { kind: 'sent' }; readonly url: string }
  | { readonly decision: Decision & { kind: 'refused' } };

/** A session younger than this that the org refuses is no expired one: signing in again would go round in circles. */
const FRESH_SECONDS = 15;

/** `GET /d/{recordId}`: one click, from the id to the file. */
export function documentRoute(parts: DocumentRouteParts): RequestHandler<{ recordId: string }> {
  return async (request, response) => {
    const click = clickOf(response);
    const id = documentIn(request.params.recordId, parts.idPrefix);
    const { outcome, caller } = await decide(request as Request, response, id, parts);
    const { decision } = outcome;
    parts.audit.record({
      requestId: click.requestId,
      decision,
      ...whoIs(caller),
      record: id,
      status:
        decision.kind === 'refused' ? REFUSALS[decision.reason].status : wantsJson(request as Request) ? 200 : 302,
      milliseconds: performance.now() - click.arrivedAt,
    });
    answer(request as Request, response, id, outcome, parts.pages);
  };
}

/** The id in our form, or undefined when it is damaged or belongs to another object. */
export function documentIn(value: string, idPrefix: string): DocumentId | undefined {
  const id = parseSalesforceId(value);
  return id !== undefined && keyPrefix(id) === idPrefix ? (id as DocumentId) : undefined;
}

async function decide(
  request: Request,
  response: Response,
  id: DocumentId | undefined,
  parts: DocumentRouteParts,
): Promise<{ outcome: Outcome; caller: Caller }> {
  const nobody: Caller = { kind: 'nobody' };
  if (id === undefined) return { outcome: refused('bad-id'), caller: nobody };
  const mode = parts.mode.current;
  if (mode === 'off') return { outcome: refused('off'), caller: nobody };
  const caller = await callerOf(request, id, clickOf(response).session, parts.callers);
  return { outcome: await decideFor(caller, request, response, id, mode, parts), caller };
}

async function decideFor(
  caller: Caller,
  request: Request,
  response: Response,
  id: DocumentId,
  mode: Exclude<Mode, 'off'>,
  parts: DocumentRouteParts,
): Promise<Outcome> {
  switch (caller.kind) {
    case 'token-refused':
    case 'org-trouble':
      return refused(caller.kind);
    case 'nobody':
      return visitOf(request) === 'navigation' ? sendToSignIn(request, response, id, parts) : refused('not-signed-in');
    case 'shown':
      parts.bounce?.over(request.headers.cookie, response, id);
      return open(caller.row, mode, request, parts);
    case 'bearer':
    case 'session':
      break;
  }
  const access = await parts.access.of(caller.kind === 'session' ? caller.session : caller.user, id);
  switch (access.kind) {
    case 'row':
      return open(access.row, mode, request, parts);
    case 'none':
      return refused('not-found');
    case 'token-refused':
      return caller.kind === 'session'
        ? signInAgain(caller.session, request, response, id, parts)
        : refused('token-refused');
    case 'api-disabled':
    case 'budget-spent':
      return sendToLinkPage(request, response, id, parts) ?? refused(access.kind);
    case 'no-app-access':
    case 'external-user':
      return refused(access.kind);
    case 'trouble':
      return refused('org-trouble', access.detail);
  }
}

async function open(
  row: DocumentRow,
  mode: Exclude<Mode, 'off'>,
  request: Request,
  { rules, signer }: DocumentRouteParts,
): Promise<Outcome> {
  const destination = destinationOf(row, mode, rules);
  switch (destination.kind) {
    case 'nowhere':
      return refused(destination.reason);
    case 'elsewhere':
      return { decision: { kind: 'opened', reason: 'elsewhere' }, url: destination.url, expiresAt: undefined };
    case 'storage': {
      const { key } = destination;
      const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
      try {
        const signed = await signer.sign({ method, key, ...presentationOf(key, row.name) });
        return { decision: { kind: 'opened', reason: 'storage', key }, ...signed };
      } catch (error) {
        return refused('storage-trouble', nameOf(error));
      }
    }
  }
}

async function sendToSignIn(
  request: Request,
  response: Response,
  id: DocumentId,
  { login, attempts }: DocumentRouteParts,
): Promise<Outcome> {
  const { url, secrets } = await login.begin();
  attempts.begin(request.headers.cookie, response, { ...secrets, document: id });
  return { decision: { kind: 'sent', reason: 'sign-in' }, url: url.href };
}

async function signInAgain(
  session: Session,
  request: Request,
  response: Response,
  id: DocumentId,
  parts: DocumentRouteParts,
): Promise<Outcome> {
  parts.sessions.end(response);
  if (visitOf(request) !== 'navigation') return refused('token-refused');
  if (ageOf(session) < FRESH_SECONDS) return refused('org-trouble', 'refuses the token it has just issued');
  return sendToSignIn(request, response, id, parts);
}

/** Once only: a request that comes with a token has been there. */
function sendToLinkPage(
  request: Request,
  response: Response,
  id: DocumentId,
  { bounce }: DocumentRouteParts,
): Outcome | undefined {
  if (visitOf(request) !== 'navigation' || request.query[LINK_TOKEN] !== undefined) return undefined;
  const url = bounce?.to(request.headers.cookie, response, id);
  return url === undefined ? undefined : { decision: { kind: 'sent', reason: 'link-page' }, url };
}

function refused(reason: Refusal, detail?: string): Outcome {
  return { decision: { kind: 'refused', reason, detail } };
}

function whoIs(caller: Caller): { via: Via; user?: Session['userId'] } {
  switch (caller.kind) {
    case 'session':
      return { via: 'session', user: caller.session.userId };
    case 'bearer':
      return { via: 'bearer', user: caller.user.userId };
    case 'shown':
      return { via: 'link-token', user: caller.userId };
    case 'nobody':
    case 'token-refused':
    case 'org-trouble':
      return { via: 'nobody' };
  }
}

function answer(
  request: Request,
  response: Response,
  id: DocumentId | undefined,
  outcome: Outcome,
  pages: Pages,
): void {
  const { decision } = outcome;
  if (decision.kind === 'refused') {
    refuse(request, response, decision.reason, { pages, link: id === undefined ? undefined : `/d/${id}` });
  } else if ('expiresAt' in outcome && wantsJson(request)) {
    response.json({ url: outcome.url, expiresAt: outcome.expiresAt?.toISOString() ?? null });
  } else if ('url' in outcome) {
    redirect(response, outcome.url);
  }
}
