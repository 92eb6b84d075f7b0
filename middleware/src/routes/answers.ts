import type { Request, Response } from 'express';
import type { Pages } from '../pages/page.ts';
import { REFUSALS, type Refusal } from '../pages/refusals.ts';
import type { SetCookie } from '../sign-in/cookies.ts';
import { requestKind } from '../sign-in/request-kind.ts';
import type { Audit, AuditFacts } from '../operations/audit.ts';
import { clickOf } from './click.ts';

/** Lets the browser keep or forget what a decision says. */
export function setCookies(response: Response, cookies: readonly SetCookie[]): void {
  for (const cookie of cookies) response.append('Set-Cookie', cookie);
}

/** Sends the browser on. The body stays empty: an address that opens a file stands in no page and no cache. */
export function redirect(response: Response, url: string): void {
  response.statusCode = 302;
  response.setHeader('Location', url);
  response.setHeader('Content-Length', '0');
  response.end();
}

/** Writes down a decision that concerns no document. */
export function recordDecision(
  response: Response,
  audit: Audit,
  { decision, via, user }: Pick<AuditFacts, 'decision' | 'via' | 'user'>,
): void {
  const { requestId, arrivedAt } = clickOf(response);
  const status = decision.kind === 'refused' ? REFUSALS[decision.reason].status : 200;
  audit.record({ requestId, decision, via, user, status, milliseconds: performance.now() - arrivedAt });
}

/** Says no: a page for people, JSON for programs, with the same status and nothing more in the one than in the other. */
export function refuse(
  request: Request,
  response: Response,
  reason: Refusal,
  { pages, link, action }: { readonly pages: Pages; readonly link?: string | undefined; readonly action?: string },
): void {
  const { status, page, retryAfterSeconds } = REFUSALS[reason];
  response.status(status);
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (requestKind(request) === 'program') {
    response.json({ error: page, message: pages.message(page) });
    return;
  }
  // a reference would tell apart two pages that must look the same, and helps only where something is out of order
  const reference = status >= 500 ? clickOf(response).requestId : undefined;
  response.type('html').send(pages.html(page, { link, action, reference }));
}
