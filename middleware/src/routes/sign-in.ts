import type { DocumentId } from '@file-migration/config';
import type { RequestHandler, Response } from 'express';
import type { Audit, Decision } from '../operations/audit.ts';
import type { OwnAddresses } from '../operations/own-address.ts';
import type { Pages } from '../pages/page.ts';
import { REFUSALS, type Refusal } from '../pages/refusals.ts';
import type { Session } from '../sign-in/session.ts';
import type { SignIn, SignInResult } from '../sign-in/sign-in.ts';
import { redirect, refuse, setCookies } from './answers.ts';
import { clickOf } from './click.ts';

/** The parameter with which a browser comes to a document straight from a sign-in that worked: when that was. */
export const SIGNED_IN = 'signed-in';
/** Longer than a redirect takes and instances' clocks differ; shorter than anybody keeps an address. */
const JUST_SECONDS = 300;

export type SignInRouteParts = {
  readonly signIn: SignIn;
  readonly addresses: Pick<OwnAddresses, 'of'>;
  readonly pages: Pages;
  readonly audit: Audit;
};

type Failure = Exclude<SignInResult['kind'], 'signed-in' | 'already' | 'again'>;

const FAILURES: Readonly<Record<Failure, Refusal>> = {
  refused: 'sign-in-refused',
  'no-access': 'no-app-access',
  'wrong-org': 'wrong-org',
  'app-refused': 'app-refused',
  'token-too-long': 'token-too-long',
  'org-trouble': 'org-trouble',
  'org-moved': 'org-moved',
};

/** `GET /sign-in/callback`: finishes a sign-in that this very browser began, then opens the document it was for. */
export function callbackRoute({ signIn, addresses, pages, audit }: SignInRouteParts): RequestHandler {
  return async (request, response) => {
    const browser = { cookieHeader: request.headers.cookie, ownUrl: addresses.of(request) };
    const result = await signIn.finish(browser, queryOf(request.originalUrl), clickOf(response).session);
    const said = (decision: Decision, session?: Session): void =>
      record(response, audit, { decision, document: result.document, session });
    switch (result.kind) {
      case 'signed-in':
        setCookies(response, [result.cookie]);
        said({ kind: 'signed-in', reason: 'sign-in' }, result.session);
        redirect(response, `/d/${result.document}?${SIGNED_IN}=${Math.floor(Date.now() / 1000)}`);
        return;
      case 'already':
        said({ kind: 'signed-in', reason: 'already' }, result.session);
        redirect(response, `/d/${result.document}`);
        return;
      case 'again':
        setCookies(response, [result.cookie]);
        said({ kind: 'sent', reason: 'sign-in' });
        redirect(response, result.url);
        return;
      default: {
        const reason = FAILURES[result.kind];
        said({ kind: 'refused', reason, detail: result.detail });
        refuse(request, response, reason, {
          pages,
          link: result.document === undefined ? undefined : `/d/${result.document}`,
        });
      }
    }
  };
}

/** @param value of the parameter {@link SIGNED_IN}; anybody can write it, and gains a page instead of a sign-in */
export function isJustSignedIn(value: unknown): boolean {
  return typeof value === 'string' && Math.abs(Date.now() / 1000 - Number(value)) < JUST_SECONDS;
}

/** Of what stands on the request line, which need not be a sound address. */
function queryOf(requestTarget: string): URLSearchParams {
  const question = requestTarget.indexOf('?');
  return new URLSearchParams(question === -1 ? '' : requestTarget.slice(question));
}

function record(
  response: Response,
  audit: Audit,
  {
    decision,
    document,
    session,
  }: { decision: Decision; document: DocumentId | undefined; session?: Session | undefined },
): void {
  const { requestId, arrivedAt } = clickOf(response);
  audit.record({
    requestId,
    decision,
    via: session === undefined ? 'nobody' : 'session',
    user: session?.userId,
    record: document,
    status: decision.kind === 'refused' ? REFUSALS[decision.reason].status : 302,
    milliseconds: performance.now() - arrivedAt,
  });
}
