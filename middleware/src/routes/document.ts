import { keyPrefix, parseSalesforceId, type DocumentId } from '@file-migration/config';
import type { Request, RequestHandler, Response } from 'express';
import type { Audit, Via } from '../operations/audit.ts';
import { clientNetwork } from '../operations/client-address.ts';
import type { OwnAddresses } from '../operations/own-address.ts';
import type { Pages } from '../pages/page.ts';
import { REFUSALS } from '../pages/refusals.ts';
import { LINK_TOKEN, type Caller } from '../sign-in/caller.ts';
import { requestKind, wantsJson } from '../sign-in/request-kind.ts';
import type { Session } from '../sign-in/session.ts';
import { redirect, refuse, setCookies } from './answers.ts';
import { clickOf } from './click.ts';
import type { DocumentDecisions, Outcome } from './document-decision.ts';
import { SIGNED_IN, isJustSignedIn } from './sign-in.ts';

export type DocumentRouteParts = {
  /** The first three characters of the document object's ids. */
  readonly idPrefix: string;
  readonly decisions: DocumentDecisions;
  readonly addresses: Pick<OwnAddresses, 'of'>;
  readonly pages: Pages;
  readonly audit: Audit;
};

/** What programs put behind an address that they find in a text: punctuation, white space and characters of no width. */
const TRAILING = /[\s\u200b-\u200f\u2060\ufeff.,;:!?)\]}>"”’…]+$/u;

/** `GET /d/{recordId}`: one click, from the id to the file. */
export function documentRoute({
  idPrefix,
  decisions,
  addresses,
  pages,
  audit,
}: DocumentRouteParts): RequestHandler<{ recordId: string }> {
  return async (request, response) => {
    const click = clickOf(response);
    const id = documentIn(request.params.recordId, idPrefix);
    if (id === undefined) {
      const meant = documentIn(request.params.recordId.replace(TRAILING, ''), idPrefix);
      if (meant !== undefined) {
        redirect(response, cleanPath(request as Request, meant));
        return;
      }
    }
    const { outcome, caller } =
      id === undefined
        ? { outcome: BAD_ID, caller: { kind: 'nobody' } as const }
        : await decisions.decide({
            id,
            kind: requestKind(request as Request),
            method: request.method === 'HEAD' ? 'HEAD' : 'GET',
            cookieHeader: request.headers.cookie,
            ownUrl: addresses.of(request as Request),
            authorization: request.headers.authorization,
            network: clientNetwork(request as Request),
            linkToken: textOf(request.query[LINK_TOKEN]),
            justSignedIn: isJustSignedIn(request.query[SIGNED_IN]),
            session: click.session,
          });
    const { decision } = outcome;
    audit.record({
      requestId: click.requestId,
      decision,
      ...whoIs(caller),
      record: id,
      status:
        decision.kind === 'refused' ? REFUSALS[decision.reason].status : wantsJson(request as Request) ? 200 : 302,
      milliseconds: performance.now() - click.arrivedAt,
    });
    answer(request as Request, response, outcome, { pages, id });
  };
}

const BAD_ID: Outcome = { decision: { kind: 'refused', reason: 'bad-id' }, cookies: [] };

/** `GET /d/{recordId}/`, as some programs complete an address: the same document without the slash. */
export function slashRoute({ idPrefix, pages }: Pick<DocumentRouteParts, 'idPrefix' | 'pages'>): RequestHandler<{
  recordId: string;
}> {
  return (request, response) => {
    const id = documentIn(request.params.recordId, idPrefix);
    if (id === undefined) refuse(request as Request, response, 'bad-id', { pages });
    else redirect(response, cleanPath(request as Request, id));
  };
}

/** The id in our form, or undefined when it is damaged or belongs to another object. */
export function documentIn(value: string, idPrefix: string): DocumentId | undefined {
  const id = parseSalesforceId(value);
  return id !== undefined && keyPrefix(id) === idPrefix ? (id as DocumentId) : undefined;
}

/** The address of a document on this service, with the query that came. */
function cleanPath(request: Request, id: DocumentId): string {
  const question = request.originalUrl.indexOf('?');
  return `/d/${id}${question === -1 ? '' : request.originalUrl.slice(question)}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function whoIs(caller: Caller): { via: Via; user?: Session['userId'] } {
  switch (caller.kind) {
    case 'session':
      return { via: 'session', user: caller.session.userId };
    case 'bearer':
      return { via: 'bearer', user: caller.user.userId };
    case 'link-token':
      return { via: 'link-token', user: caller.userId };
    case 'nobody':
    case 'unreadable-session':
    case 'token-refused':
    case 'limited':
    case 'org-trouble':
    case 'org-moved':
      return { via: 'nobody' };
  }
}

function answer(
  request: Request,
  response: Response,
  outcome: Outcome,
  { pages, id }: { readonly pages: Pages; readonly id: DocumentId | undefined },
): void {
  const { decision, cookies } = outcome;
  setCookies(response, cookies);
  if (decision.kind === 'refused') {
    refuse(request, response, decision.reason, { pages, link: id === undefined ? undefined : `/d/${id}` });
  } else if ('expiresAt' in outcome && wantsJson(request)) {
    response.json({ url: outcome.url, expiresAt: outcome.expiresAt?.toISOString() ?? null });
  } else if ('url' in outcome) {
    redirect(response, outcome.url);
  }
}
