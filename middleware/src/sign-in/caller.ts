import type { DocumentId } from '@file-migration/config';
import type { Request } from 'express';
import type { DocumentRow } from '../access/document-row.ts';
import type { BearerCaller, BearerCallers } from './bearer.ts';
import type { LinkTokenClaims, LinkTokens } from './link-token.ts';
import type { Session } from './session.ts';

/** Who is asking, and how far he is known. */
export type Caller =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'bearer'; readonly user: BearerCaller }
  | { readonly kind: 'shown'; readonly userId: LinkTokenClaims['userId']; readonly row: DocumentRow }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'org-trouble' };

export type CallerParts = {
  readonly bearerCallers: BearerCallers;
  /** Without it link tokens are not accepted. */
  readonly linkTokens: LinkTokens | undefined;
};

/** The parameter that brings a link token. */
export const LINK_TOKEN = 't';

/**
 * A token of his own first, because whoever brings one means it; then a link token, which is about this record only;
 * then the browser's session.
 */
export async function callerOf(
  request: Request,
  id: DocumentId,
  session: Session | undefined,
  { bearerCallers, linkTokens }: CallerParts,
): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    try {
      const user = await bearerCallers.of(authorization);
      return user === undefined ? { kind: 'token-refused' } : { kind: 'bearer', user };
    } catch {
      return { kind: 'org-trouble' };
    }
  }
  const token = request.query[LINK_TOKEN];
  if (typeof token === 'string' && linkTokens !== undefined) {
    const shown = await linkTokens.verify(token, id);
    if (shown !== undefined) return { kind: 'shown', ...shown };
  }
  return session === undefined ? { kind: 'nobody' } : { kind: 'session', session };
}
