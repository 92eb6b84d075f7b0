import type { Request, RequestHandler, Response } from 'express';
import type { Audit, Decision } from '../operations/audit.ts';
import type { Pages } from '../pages/page.ts';
import { REFUSALS, type Refusal } from '../pages/refusals.ts';
import type { Attempt, Attempts } from '../sign-in/attempt.ts';
import type { LoginFailure, OrgLogin } from '../sign-in/org-login.ts';
import type { Session, Sessions } from '../sign-in/session.ts';
import { redirect, refuse } from './answers.ts';
import { clickOf } from './click.ts';

/** Where the org sends browsers back to; the External Client App must list it as its callback. */
export const CALLBACK_PATH = '/sign-in/callback';
export const SIGN_OUT_PATH = '/sign-out';

export type SignInRouteParts = {
  readonly login: OrgLogin;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  readonly pages: Pages;
  readonly audit: Audit;
};

const FAILURES: Readonly<Record<LoginFailure, Refusal>> = {
  refused: 'sign-in-refused',
  'no-access': 'no-app-access',
  'wrong-org': 'wrong-org',
  trouble: 'org-trouble',
};

/** `GET /sign-in/callback`: finishes a sign-in that this very browser began, then opens the document it was for. */
export function callbackRoute({ login, attempts, sessions, pages, audit }: SignInRouteParts): RequestHandler {
  return async (request, response) => {
    const query = new URL(request.originalUrl, 'http://localhost').searchParams;
    const attempt = attempts.take(request.headers.cookie, response, query.get('state') ?? '');
    const refuseWith = (reason: Refusal, detail?: string): void => {
      record(response, audit, { kind: 'refused', reason, detail }, attempt, undefined);
      refuse(request, response, reason, { pages, link: attempt === undefined ? undefined : `/d/${attempt.document}` });
    };
    if (attempt === undefined) {
      refuseWith('sign-in-refused', 'not begun here');
      return;
    }
    const result = await login.finish(query, attempt);
    if (result.kind !== 'signed-in') {
      refuseWith(FAILURES[result.kind], result.detail);
      return;
    }
    const session = sessions.start(response, result.user);
    record(response, audit, { kind: 'signed-in', reason: 'sign-in' }, attempt, session);
    redirect(response, `/d/${attempt.document}`);
  };
}

/** `POST /sign-out`: forgets the session here and ends the token in the org. */
export function signOutRoute({ login, sessions, audit }: SignInRouteParts): RequestHandler {
  return async (_request: Request, response: Response) => {
    const { session } = clickOf(response);
    sessions.end(response);
    if (session !== undefined) {
      const reason = await login.revoke(session.accessToken).then(
        () => 'revoked' as const,
        () => 'revocation-failed' as const,
      );
      record(response, audit, { kind: 'signed-out', reason }, undefined, session);
    }
    response.status(204).end();
  };
}

function record(
  response: Response,
  audit: Audit,
  decision: Decision,
  attempt: Attempt | undefined,
  session: Session | undefined,
): void {
  const { requestId, arrivedAt } = clickOf(response);
  audit.record({
    requestId,
    decision,
    via: session === undefined ? 'nobody' : 'session',
    user: session?.userId,
    record: attempt?.document,
    status: decision.kind === 'refused' ? REFUSALS[decision.reason].status : 302,
    milliseconds: performance.now() - arrivedAt,
  });
}
