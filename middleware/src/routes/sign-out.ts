import type { Request, RequestHandler, Response } from 'express';
import type { Audit, Decision } from '../operations/audit.ts';
import type { Pages } from '../pages/page.ts';
import type { OrgLogin } from '../sign-in/org-login.ts';
import { requestKind } from '../sign-in/request-kind.ts';
import type { Session, Sessions } from '../sign-in/session.ts';
import { recordDecision, refuse, setCookies } from './answers.ts';
import { sessionOf } from './click.ts';

export const SIGN_OUT_PATH = '/sign-out';
/** The External Client App's Single Logout URL: Salesforce opens it in the browser of whoever signs out there. */
export const ORG_SIGN_OUT_PATH = '/sign-out/salesforce';

export type SignOutRouteParts = {
  readonly publicUrl: string;
  readonly login: Pick<OrgLogin, 'revoke'>;
  readonly sessions: Pick<Sessions, 'ended' | 'endedByOrg'>;
  readonly pages: Pages;
  readonly audit: Audit;
};

/** `GET /sign-out`: the page with the button; a link to it can stand anywhere. */
export function signOutPageRoute({ pages }: Pick<SignOutRouteParts, 'pages'>): RequestHandler {
  return (_request, response) => {
    response.type('html').send(pages.html('sign-out', { action: SIGN_OUT_PATH }));
  };
}

/** `POST /sign-out`: forgets the session here and ends the token in the org. From this service's own page only. */
export function signOutRoute(parts: SignOutRouteParts): RequestHandler {
  return async (request, response) => {
    if (isFromElsewhere(request, parts.publicUrl)) {
      record(response, parts.audit, { kind: 'refused', reason: 'cross-site' }, undefined);
      refuse(request, response, 'cross-site', { pages: parts.pages, action: SIGN_OUT_PATH });
      return;
    }
    setCookies(response, [parts.sessions.ended()]);
    await revoke(response, parts);
    if (requestKind(request) === 'program') response.status(204).end();
    else response.type('html').send(parts.pages.html('signed-out'));
  };
}

/**
 * `GET /sign-out/salesforce` (OpenID Connect Front-Channel Logout 1.0). Opened in a tab it ends the session. In a
 * frame of another site browsers show no session's cookie: what it leaves then is a cookie that ends sessions that began
 * before, where the browser allows such cookies. Anybody's page can call it; the victim signs in again, unseen.
 */
export function orgSignOutRoute(parts: SignOutRouteParts): RequestHandler {
  return (_request, response) => {
    setCookies(response, [parts.sessions.ended(), parts.sessions.endedByOrg()]);
    record(response, parts.audit, { kind: 'signed-out', reason: 'by-org' }, sessionOf(response));
    response.type('html').send(parts.pages.html('signed-out'));
  };
}

async function revoke(response: Response, { login, audit }: SignOutRouteParts): Promise<void> {
  const session = sessionOf(response);
  if (session === undefined) return;
  const reason = await login.revoke(session.accessToken).then(
    () => 'revoked' as const,
    () => 'revocation-failed' as const,
  );
  record(response, audit, { kind: 'signed-out', reason }, session);
}

/** Browsers say where a form was sent from; what says nothing is no browser, and acts for nobody but itself. */
function isFromElsewhere({ headers }: Request, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && headers.origin !== publicUrl;
}

function record(response: Response, audit: Audit, decision: Decision, session: Session | undefined): void {
  recordDecision(response, audit, {
    decision,
    via: session === undefined ? 'nobody' : 'session',
    user: session?.userId,
  });
}
